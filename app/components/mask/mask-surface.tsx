/**
 * The picture with the mask over it: a finger, a pen or a mouse paints strokes and encloses areas; the keyboard walks over squares of
 * 32 px, marks several with Shift, and paints with Space. The mask lives in a canvas of the picture's own size; `MaskLook` decides how
 * it is shown.
 */
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { PictureView } from '../../../studio/protocol.ts';
import { TOKEN_PX } from '../../../studio/sizes.ts';
import type { useZoom } from '../picture/use-zoom.ts';
import { MaskLook } from './mask-look.tsx';
import {
  type Cell,
  drawMask,
  drawOperation,
  isCellPainted,
  type MaskOperation,
  rectangle,
} from './mask-operations.ts';
import type { MaskTool } from './mask-tools.tsx';

interface MaskSurfaceProps {
  picture: PictureView;
  /** Holds the mask in black and white. */
  canvas: RefObject<HTMLCanvasElement | null>;
  before: HTMLImageElement | null;
  operations: readonly MaskOperation[];
  tool: MaskTool;
  erase: boolean;
  brushPx: number;
  /** Width of the soft edge; shown, and made by the server. */
  featherPx: number;
  zoom: ReturnType<typeof useZoom>;
  onOperation: (operation: MaskOperation) => void;
  onDrawn: () => void;
}

const MOVES: Record<string, readonly [columns: number, rows: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function MaskSurface(props: MaskSurfaceProps) {
  const { picture, canvas, before, operations, tool, erase, brushPx, featherPx, zoom } = props;
  const { onOperation, onDrawn } = props;
  const t = useTranslations();
  const stroke = useRef<[number, number][] | null>(null);
  const surface = useRef<HTMLDivElement>(null);
  const [cell, setCell] = useState<Cell>({ column: 0, row: 0 });
  /** Where the squares begin that are marked with Shift. */
  const [anchor, setAnchor] = useState<Cell | null>(null);
  const [announced, setAnnounced] = useState('');
  const columns = Math.ceil(picture.widthPx / TOKEN_PX);
  const rows = Math.ceil(picture.heightPx / TOKEN_PX);

  useEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    drawMask(context, operations, before);
    onDrawn();
  }, [canvas, operations, before, onDrawn]);

  function pointOf(event: PointerEvent): [number, number] {
    const box = surface.current!.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * picture.widthPx,
      ((event.clientY - box.top) / box.height) * picture.heightPx,
    ];
  }

  /** What the pointer has drawn so far. */
  function drawn(points: [number, number][]): MaskOperation {
    if (tool === 'rectangle') return { type: 'area', erase, points: rectangle(points[0]!, points.at(-1)!) };
    if (tool === 'lasso') return { type: 'area', erase, points };
    return { type: 'stroke', erase, widthPx: brushPx, points };
  }

  function down(event: PointerEvent) {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    stroke.current = [pointOf(event)];
    drawSoFar();
  }

  function move(event: PointerEvent) {
    if (!stroke.current) return;
    stroke.current.push(pointOf(event));
    drawSoFar();
  }

  function drawSoFar() {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    const points = stroke.current;
    if (!context || !points) return;
    // An area changes as a whole with each move.
    if (tool !== 'brush') drawMask(context, operations, before);
    drawOperation(context, drawn(points));
  }

  function up() {
    const points = stroke.current;
    stroke.current = null;
    if (points && (tool === 'brush' || points.length > 1)) onOperation(drawn(points));
  }

  function press(event: KeyboardEvent) {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const step = MOVES[event.key];
    if (step) {
      const column = Math.min(columns - 1, Math.max(0, cell.column + step[0]));
      const row = Math.min(rows - 1, Math.max(0, cell.row + step[1]));
      setAnchor(event.shiftKey ? (anchor ?? cell) : null);
      setCell({ column, row });
      announce(column, row, isCellPainted(context, column, row));
    } else if (event.key === ' ') {
      const paint = !isCellPainted(context, cell.column, cell.row);
      onOperation({ type: 'cell', ...cell, paint, ...(anchor && { to: anchor }) });
      setAnchor(null);
      announce(cell.column, cell.row, paint);
    } else return;
    event.preventDefault();
  }

  function announce(column: number, row: number, painted: boolean) {
    const state = painted ? t('mask.painted') : t('mask.kept');
    setAnnounced(t('mask.cell', { row: row + 1, column: column + 1, state }));
  }

  const from = anchor ?? cell;
  const marked = {
    left: Math.min(cell.column, from.column) / columns,
    top: Math.min(cell.row, from.row) / rows,
    width: (Math.abs(cell.column - from.column) + 1) / columns,
    height: (Math.abs(cell.row - from.row) + 1) / rows,
  };
  const isMoving = tool === 'hand';
  const { ref, ...moving } = zoom.surface;
  return (
    <div
      ref={ref}
      {...(isMoving ? moving : {})}
      className={`grid w-full shrink-0 grow touch-none place-items-center overflow-hidden ${
        isMoving ? 'cursor-grab active:cursor-grabbing' : ''
      }`}
    >
      <div
        ref={surface}
        role="application"
        aria-label={t('mask.surface')}
        aria-describedby="mask-keyboard"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on with the keyboard too.
        tabIndex={0}
        {...(isMoving
          ? {}
          : { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up })}
        onKeyDown={press}
        style={{
          aspectRatio: `${picture.widthPx} / ${picture.heightPx}`,
          width: `min(100%, ${picture.widthPx / picture.heightPx} * min(56dvh, 52rem))`,
          transform: `translate(${zoom.view.x}px, ${zoom.view.y}px) scale(${zoom.view.zoom})`,
        }}
        className={`group relative shrink-0 touch-none overflow-hidden rounded-xl outline-offset-2 ${isMoving ? '' : 'cursor-crosshair'}`}
      >
        {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
        <img
          src={`/images/${picture.hash}`}
          alt=""
          draggable={false}
          style={{ imageRendering: zoom.view.zoom > 4 ? 'pixelated' : 'auto' }}
          className="absolute inset-0 size-full"
        />
        <canvas
          ref={canvas}
          width={picture.widthPx}
          height={picture.heightPx}
          style={{ filter: featherPx > 0 ? `blur(${featherPx / 4}px) url(#mask-look)` : 'url(#mask-look)' }}
          className="absolute inset-0 size-full"
        />
        <span
          className="pointer-events-none absolute hidden border-2 border-white outline-2 outline-black group-focus-visible:block"
          style={Object.fromEntries(Object.entries(marked).map(([side, share]) => [side, `${share * 100}%`]))}
          aria-hidden="true"
        />
        <span role="status" className="sr-only">
          {announced}
        </span>
        <MaskLook id="mask-look" />
      </div>
    </div>
  );
}
