/** The mask editor, which says where an edit may change its picture: a brush with size, eraser, undo, redo, invert, clear. */
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Region } from '../../../studio/agent/actions.ts';
import { pixelsOf } from '../../../studio/agent/plan/regions.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import { ApiError, uploadMask } from '../api/routes.ts';
import type { DraftMask } from '../state/drafts.ts';
import { PlainButton, RED_BUTTON } from '../ui/plain-button.tsx';
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
import { MaskTools } from './mask-tools.tsx';
import { useMaskKeys } from './use-mask-keys.ts';

interface MaskEditorProps {
  sessionId: string;
  picture: PictureView;
  /** The mask that was painted before and is painted on. */
  mask: Pick<DraftMask, 'hash'> | null;
  /** A part that words named: painted already, where no mask is. */
  region?: Region | null;
  onUse: (mask: DraftMask) => void;
  onClose: () => void;
}

export default function MaskEditor({
  sessionId,
  picture,
  mask,
  region = null,
  onUse,
  onClose,
}: MaskEditorProps) {
  const t = useTranslations();
  const canvas = useRef<HTMLCanvasElement>(null);
  const before = usePicture(mask?.hash ?? null);
  const [history, setHistory] = useState<MaskHistory>(mask ? NOTHING_DONE : startOf(picture, region));
  const [erase, setErase] = useState(false);
  const [brushPx, setBrushPx] = useState(firstBrushPx(picture.widthPx));
  const [share, setShare] = useState(0);
  /** Escape was pressed over what is painted. */
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const limits = brushLimits(picture.widthPx);
  const version = `v${picture.version}`;

  const measure = useCallback(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context) setShare(paintedShare(context));
  }, []);
  useMaskKeys({
    onUndo: () => setHistory(undone),
    onRedo: () => setHistory(redone),
    onSmaller: () => setBrushPx((px) => steppedBrushPx(px, -1, limits)),
    onLarger: () => setBrushPx((px) => steppedBrushPx(px, 1, limits)),
  });
  const act = (operation: MaskOperation) => {
    setLeaving(false);
    setHistory((now) => withOperation(now, operation));
  };

  /** What was painted is not thrown away by a key alone. */
  function leave() {
    if (history.done.length === 0) onClose();
    else setLeaving(!leaving);
  }

  async function use() {
    const png = await new Promise<Blob | null>((resolve) => canvas.current?.toBlob(resolve, 'image/png'));
    if (!png) return;
    try {
      const stored = await uploadMask(sessionId, png);
      onUse({ hash: stored.hash, targetId: picture.id, paintedShare: stored.paintedShare });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(t('mask.failed', { reason: errorText(t, error) }));
    }
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && leave()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-veil animate-appear bg-page/95" />
        <Dialog.Content className="fixed inset-0 z-cover flex flex-col items-center justify-center gap-3 overflow-y-auto p-4 outline-none">
          <Dialog.Title className="font-semibold text-md">{t('mask.title', { version })}</Dialog.Title>
          <Dialog.Description className="text-center text-sm text-soft">
            {t('mask.hint')}{' '}
            <span id="mask-keyboard" className="pointer-coarse:hidden">
              {t('mask.keyboard')}
            </span>
          </Dialog.Description>
          <MaskSurface
            picture={picture}
            canvas={canvas}
            before={before}
            operations={history.done}
            erase={erase}
            brushPx={brushPx}
            onOperation={act}
            onDrawn={measure}
          />
          <MaskTools
            erase={erase}
            brushPx={brushPx}
            limits={limits}
            canUndo={history.done.length > 0}
            canRedo={history.undone.length > 0}
            onErase={setErase}
            onBrush={setBrushPx}
            onUndo={() => setHistory(undone)}
            onRedo={() => setHistory(redone)}
            onOperation={act}
          />
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
            <button
              type="button"
              disabled={share === 0}
              title={share === 0 ? t('mask.empty') : undefined}
              onClick={use}
              className={RED_BUTTON}
            >
              {t('mask.use')}
            </button>
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
