/**
 * The mask editor, which says where an edit may change its picture, and what should happen there: a brush, a lasso and a rectangle, each
 * of which also erases, zoom and pan, a soft edge, undo, redo, invert, clear.
 */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import type { Region } from '../../../studio/agent/actions.ts';
import { pixelsOf } from '../../../studio/agent/plan/regions.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import { ApiError, uploadMask } from '../api/routes.ts';
import { useZoom, ZOOM_STEP } from '../picture/use-zoom.ts';
import type { DraftMask } from '../state/drafts.ts';
import { PlainButton, RED_BUTTON } from '../ui/plain-button.tsx';
import { useBack } from '../ui/use-back.ts';
import { brushLimits, firstBrushPx, steppedBrushPx } from './brush.ts';
import {
  type MaskHistory,
  type MaskOperation,
  NOTHING_DONE,
  paintedShare,
  redone,
  undone,
  withOperation,
} from './mask-operations.ts';
import { MaskSurface } from './mask-surface.tsx';
import { type MaskTool, MaskTools } from './mask-tools.tsx';
import { type MaskKey, useMaskKeys } from './use-mask-keys.ts';

interface MaskEditorProps {
  sessionId: string;
  picture: PictureView;
  /** The mask that was painted before and is painted on. */
  mask: Pick<DraftMask, 'hash'> | null;
  /** A part that words named: painted already, where no mask is. */
  region?: Region | null;
  /** What should happen where it is painted: the message of the composer. Absent for a step, which has its words. */
  message?: { text: string; onText: (text: string) => void };
  /** The mask goes with the message; with `send` the message goes at once. */
  onUse: (mask: DraftMask, send: boolean) => void;
  onClose: () => void;
}

export default function MaskEditor(props: MaskEditorProps) {
  const { sessionId, picture, mask, region = null, message, onUse, onClose } = props;
  const t = useTranslations();
  const textId = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const before = usePicture(mask?.hash ?? null);
  const [history, setHistory] = useState<MaskHistory>(mask ? NOTHING_DONE : startOf(picture, region));
  const [tool, setTool] = useState<MaskTool>('brush');
  const [erase, setErase] = useState(false);
  const [brushPx, setBrushPx] = useState(firstBrushPx(picture.widthPx));
  const [featherPx, setFeatherPx] = useState(0);
  const [share, setShare] = useState(0);
  /** Escape was pressed over what is painted. */
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const zoom = useZoom(picture.id);
  const limits = brushLimits(picture.widthPx);

  const measure = useCallback(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context) setShare(paintedShare(context));
  }, []);
  const undo = () => setHistory(undone);
  const redo = () => setHistory(redone);
  const act = (operation: MaskOperation) => {
    setLeaving(false);
    setHistory((now) => withOperation(now, operation));
  };
  const zoomStep = (step: 1 | -1 | 0) => (step === 0 ? zoom.reset() : zoom.zoomBy(ZOOM_STEP ** step));
  const onKey: Record<MaskKey, () => void> = {
    ...{ undo, redo },
    smaller: () => setBrushPx((px) => steppedBrushPx(px, -1, limits)),
    larger: () => setBrushPx((px) => steppedBrushPx(px, 1, limits)),
    brush: () => setTool('brush'),
    eraser: () => setErase(!erase),
    lasso: () => setTool('lasso'),
    rectangle: () => setTool('rectangle'),
    hand: () => setTool('hand'),
    invert: () => act({ type: 'invert' }),
    zoomIn: () => zoomStep(1),
    zoomOut: () => zoomStep(-1),
    fit: () => zoomStep(0),
  };
  useMaskKeys((key) => onKey[key]());
  useBack(true, leave);

  /** What was painted is not thrown away by a key alone; true where the editor closes. */
  function leave(): boolean {
    if (history.done.length === 0) onClose();
    else setLeaving(!leaving);
    return history.done.length === 0;
  }

  async function use(send: boolean) {
    const png = await new Promise<Blob | null>((resolve) => canvas.current?.toBlob(resolve, 'image/png'));
    if (!png) return;
    try {
      const stored = await uploadMask(sessionId, png, featherPx);
      onUse({ hash: stored.hash, targetId: picture.id, paintedShare: stored.paintedShare }, send);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(t('mask.failed', { reason: errorText(t, error) }));
    }
  }

  const unpainted = share === 0 ? t('mask.empty') : undefined;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && leave()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-veil animate-appear bg-page/95" />
        <Dialog.Content className="fixed inset-0 z-cover flex flex-col items-center gap-2.5 overflow-y-auto p-3 outline-none sm:p-4">
          <Dialog.Title className="font-semibold text-md">
            {t('mask.title', { version: `v${picture.version}` })}
          </Dialog.Title>
          <Dialog.Description className="text-center text-sm text-soft">
            {t('mask.hint')}{' '}
            <span id="mask-keyboard" className="pointer-coarse:hidden">
              {t('mask.keyboard')}
            </span>
          </Dialog.Description>
          <MaskSurface
            {...{ picture, canvas, before, tool, erase, brushPx, featherPx, zoom }}
            operations={history.done}
            onOperation={act}
            onDrawn={measure}
          />
          <MaskTools
            {...{ tool, erase, brushPx, featherPx, limits }}
            canUndo={history.done.length > 0}
            canRedo={history.undone.length > 0}
            zoom={zoom.view.zoom}
            onTool={setTool}
            onErase={setErase}
            onBrush={setBrushPx}
            onFeather={setFeatherPx}
            onZoom={zoomStep}
            onUndo={undo}
            onRedo={redo}
            onOperation={act}
          />
          {message && (
            <>
              <label htmlFor={textId} className="sr-only">
                {t('mask.message')}
              </label>
              <textarea
                id={textId}
                rows={1}
                dir="auto"
                value={message.text}
                placeholder={t('mask.message')}
                onChange={(event) => message.onText(event.target.value)}
                className="field-sizing-content max-h-24 w-full max-w-2xl shrink-0 resize-none rounded-xl border border-line bg-card px-3 py-2 placeholder:text-soft pointer-coarse:text-base"
              />
            </>
          )}
          {problem && (
            <p role="alert" className="text-sm text-accent">
              {problem}
            </p>
          )}
          <div className="flex flex-wrap items-center justify-center gap-2">
            {leaving && (
              <p role="alert" className="basis-full text-center text-sm">
                {t('mask.leave')}
              </p>
            )}
            <PlainButton className="h-9" onClick={onClose}>
              {leaving ? t('mask.throwAway') : t('mask.cancel')}
            </PlainButton>
            {leaving && (
              <PlainButton className="h-9" onClick={() => setLeaving(false)}>
                {t('mask.goOn')}
              </PlainButton>
            )}
            <PlainButton className="h-9" disabled={share === 0} title={unpainted} onClick={() => use(false)}>
              {t('mask.use')}
            </PlainButton>
            {message && (
              <button
                type="button"
                disabled={share === 0 || message.text.trim() === ''}
                title={unpainted ?? (message.text.trim() === '' ? t('composer.whyEmpty') : undefined)}
                onClick={() => use(true)}
                className={RED_BUTTON}
              >
                {t('mask.send')}
              </button>
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function startOf({ widthPx, heightPx }: PictureView, region: Region | null): MaskHistory {
  return region
    ? withOperation(NOTHING_DONE, { type: 'part', ...pixelsOf(region, widthPx, heightPx) })
    : NOTHING_DONE;
}

/** The picture of a hash once it is there. */
function usePicture(hash: string | null): HTMLImageElement | null {
  const [picture, setPicture] = useState<HTMLImageElement | null>(null);
  useEffect(() => {
    if (hash === null) return;
    const loading = new Image();
    loading.onload = () => setPicture(loading);
    loading.src = `/images/${hash}`;
    return () => {
      loading.onload = null;
    };
  }, [hash]);
  return picture;
}
