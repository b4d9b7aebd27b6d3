/**
 * The picture with the mask over it: a finger, a pen or a mouse paints strokes; the keyboard walks over squares of 32 px
 * and paints with Space. The mask lives in a canvas of the picture's own size; `MaskLook` decides how it is shown.
 */
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { PictureView } from '../../../studio/protocol.ts';
import { TOKEN_PX } from '../../../studio/sizes.ts';
import { MaskLook } from './mask-look.tsx';
import { drawMask, drawOperation, isCellPainted, type MaskOperation } from './mask-operations.ts';

interface MaskSurfaceProps {
  picture: PictureView;
  /** Holds the mask in black and white. */
  canvas: RefObject<HTMLCanvasElement | null>;
  before: HTMLImageElement | null;
  operations: readonly MaskOperation[];
  erase: boolean;
  brushPx: number;
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
  const { picture, canvas, before, operations, erase, brushPx, onOperation, onDrawn } = props;
  const t = useTranslations();
  const stroke = useRef<[number, number][] | null>(null);
  const [cell, setCell] = useState({ column: 0, row: 0 });
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
    const box = event.currentTarget.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * picture.widthPx,
      ((event.clientY - box.top) / box.height) * picture.heightPx,
    ];
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
    const context = canvas.current?.getContext('2d');
    const points = stroke.current;
    if (context && points) drawOperation(context, { type: 'stroke', erase, widthPx: brushPx, points });
  }

  function up() {
    if (stroke.current) onOperation({ type: 'stroke', erase, widthPx: brushPx, points: stroke.current });
    stroke.current = null;
  }

  function press(event: KeyboardEvent) {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    const step = MOVES[event.key];
    if (step) {
      const column = Math.min(columns - 1, Math.max(0, cell.column + step[0]));
      const row = Math.min(rows - 1, Math.max(0, cell.row + step[1]));
      setCell({ column, row });
      announce(column, row, isCellPainted(context, column, row));
    } else if (event.key === ' ') {
      const paint = !isCellPainted(context, cell.column, cell.row);
      onOperation({ type: 'cell', ...cell, paint });
      announce(cell.column, cell.row, paint);
    } else return;
    event.preventDefault();
  }

  function announce(column: number, row: number, painted: boolean) {
    const state = painted ? t('mask.painted') : t('mask.kept');
    setAnnounced(t('mask.cell', { row: row + 1, column: column + 1, state }));
  }

  return (
    <div
      role="application"
      aria-label={t('mask.surface')}
      aria-describedby="mask-keyboard"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on with the keyboard too.
      tabIndex={0}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={press}
      style={{
        aspectRatio: `${picture.widthPx} / ${picture.heightPx}`,
        width: `min(100%, ${picture.widthPx / picture.heightPx} * min(62dvh, 52rem))`,
      }}
      className="group relative shrink-0 cursor-crosshair touch-none overflow-hidden rounded-xl outline-offset-2"
    >
      {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
      <img src={`/images/${picture.hash}`} alt="" draggable={false} className="absolute inset-0 size-full" />
      <canvas
        ref={canvas}
        width={picture.widthPx}
        height={picture.heightPx}
        className="absolute inset-0 size-full [filter:url(#mask-look)]"
      />
      <span
        className="pointer-events-none absolute hidden border-2 border-white outline-2 outline-black group-focus-visible:block"
        style={{
          left: `${(cell.column / columns) * 100}%`,
          top: `${(cell.row / rows) * 100}%`,
          width: `${100 / columns}%`,
          height: `${100 / rows}%`,
        }}
        aria-hidden="true"
      />
      <span role="status" className="sr-only">
        {announced}
      </span>
      <MaskLook id="mask-look" />
    </div>
  );
}
