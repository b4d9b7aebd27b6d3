/** Zoom and pan of one picture: wheel at the cursor, drag, pinch, keys. The picture fits its box at zoom 1, which is seldom its own size. */
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';

export interface View {
  zoom: number;
  x: number;
  y: number;
}

const FIT: View = { zoom: 1, x: 0, y: 0 };
const MOST = 16;
export const ZOOM_STEP = 1.5;

export interface SizePx {
  widthPx: number;
  heightPx: number;
}

interface Point {
  x: number;
  y: number;
}

export function useZoom(pictureId: string | undefined) {
  const [held, setHeld] = useState({ pictureId, view: FIT });
  // Another picture is seen whole first.
  const view = held.pictureId === pictureId ? held.view : FIT;
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const frame = useSize(box);
  const fingers = useRef(new Map<number, Point>());

  const setView = useCallback(
    (next: (before: View) => View) =>
      setHeld((before) => ({ pictureId, view: next(before.pictureId === pictureId ? before.view : FIT) })),
    [pictureId],
  );
  const zoomBy = useCallback(
    (factor: number, at: Point = { x: 0, y: 0 }) => setView((before) => zoomed(before, factor, at)),
    [setView],
  );

  // React listens to the wheel passively, so the page would scroll behind.
  useEffect(() => {
    if (!box) return;
    function zoomAtCursor(event: WheelEvent) {
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 400), fromCentre(box!, event));
    }
    box.addEventListener('wheel', zoomAtCursor, { passive: false });
    return () => box.removeEventListener('wheel', zoomAtCursor);
  }, [box, zoomBy]);

  function down(event: PointerEvent<HTMLDivElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  function move(event: PointerEvent<HTMLDivElement>) {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (other) return zoomBy(distance(now, other) / Math.max(1, distance(before, other)));
    setView(({ zoom, x, y }) =>
      zoom === 1 ? FIT : { zoom, x: x + now.x - before.x, y: y + now.y - before.y },
    );
  }

  function up(event: PointerEvent<HTMLDivElement>) {
    fingers.current.delete(event.pointerId);
  }

  return {
    view,
    /** Room for the picture; null until it is measured. */
    frame,
    zoomBy,
    reset: () => setView(() => FIT),
    /** Spread over the element that holds the picture. */
    surface: { ref: setBox, onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up },
  };
}

function useSize(box: HTMLElement | null): SizePx | null {
  const [size, setSize] = useState<SizePx | null>(null);
  useEffect(() => {
    if (!box) return;
    const observer = new ResizeObserver(() =>
      setSize({ widthPx: box.clientWidth, heightPx: box.clientHeight }),
    );
    observer.observe(box);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

/** How large a picture is shown that fits its room at zoom 1: 1 where each of its pixels takes one of the page's. */
export function shownScale(zoom: number, frame: SizePx, picture: SizePx): number {
  return zoom * Math.min(frame.widthPx / picture.widthPx, frame.heightPx / picture.heightPx);
}

function zoomed({ zoom, x, y }: View, factor: number, at: Point): View {
  const next = Math.min(MOST, Math.max(1, zoom * factor));
  if (next === 1) return FIT;
  const grown = next / zoom;
  return { zoom: next, x: at.x - (at.x - x) * grown, y: at.y - (at.y - y) * grown };
}

function fromCentre(box: HTMLElement, { clientX, clientY }: WheelEvent): Point {
  const { left, top, width, height } = box.getBoundingClientRect();
  return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
