/**
 * Adds pictures by button, paste or drop, several with what became of each. A picture is stored by the server at once, so a draft with pictures
 * survives a reload. A dropped picture of our own that carries its receipt brings its branch with it.
 */
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useState } from 'react';
import type { Restored } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import type { Sender } from '../actions/use-sender.ts';
import { ApiError, uploadPicture } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { PICTURE_TYPE } from '../picture/picture.tsx';
import { withReference, withTarget } from '../state/draft-inputs.ts';
import { type Draft, readDraft, writeDraft } from '../state/drafts.ts';
import { headPicture } from '../state/intent.ts';
import { type Brought, droppedFiles, isReadable, pastedFiles } from './brought-files.ts';

export type Dragged = 'files' | 'picture';

export interface Attachments {
  uploading: number;
  /** What is being dragged over the page: files from outside, or a picture of this page. */
  dragging: Dragged | null;
  add: (brought: Brought) => void;
}

export function useAttachments(
  open: OpenSession,
  { ensureSession, setError }: Sender,
  onRestored: (restored: Restored) => void,
  onPicture: (pictureId: string) => void,
): Attachments {
  const t = useTranslations();
  const [uploading, setUploading] = useState(0);
  const { add: addTurn, state } = open;
  const hasHead = headPicture(state) !== null;
  const openId = state?.session.id ?? null;

  const add = useCallback(
    async ({ files, folders }: Brought) => {
      const problems = folders.map((name) => t('composer.isFolder', { name }));
      setUploading((n) => n + files.length);
      let sessionId: string | null = null;
      let target = hasHead;
      let added = 0;
      for (const file of files) {
        try {
          if (!(await isReadable(file))) {
            problems.push(t('composer.cannotRead', { name: file.name }));
            continue;
          }
          sessionId ??= await ensureSession();
          const { turn, pictureId, restored } = await uploadPicture(sessionId, file);
          for (const each of restored?.turns ?? []) addTurn(sessionId, each);
          addTurn(sessionId, turn);
          writeDraft(sessionId, withUpload(readDraft(sessionId), pictureId, target));
          target = true;
          added += 1;
          if (restored) onRestored(restored);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          problems.push(`${file.name}: ${errorText(t, error)}`);
        } finally {
          setUploading((n) => n - 1);
        }
      }
      if (problems.length === 0) return setError(null);
      const count = files.length + folders.length;
      const sum = added > 0 ? [t('composer.addedSome', { added, count })] : [];
      setError({
        sessionId: sessionId ?? openId,
        message: [...sum, ...problems].join('\n'),
        field: undefined,
      });
    },
    [hasHead, openId, ensureSession, addTurn, setError, onRestored, t],
  );

  const dragging = useDropped(add, onPicture);
  usePastedFiles(add);
  return { uploading, dragging, add };
}

/** The first picture is edited where there is nothing else to edit; others go in as the mode asks for. */
function withUpload(draft: Draft, pictureId: string, hasTarget: boolean): Partial<Draft> {
  if (!hasTarget && (draft.mode === null || draft.mode === 'edit')) return withTarget(draft, pictureId);
  return withReference(draft, { pictureId });
}

function usePastedFiles(add: Attachments['add']): void {
  useEffect(() => {
    function paste(event: ClipboardEvent) {
      const files = event.clipboardData ? pastedFiles(event.clipboardData) : [];
      if (files.length === 0) return;
      event.preventDefault();
      add({ files, folders: [] });
    }
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, [add]);
}

/** Files from outside, and pictures of this page. */
function useDropped(add: Attachments['add'], onPicture: (pictureId: string) => void): Dragged | null {
  const [dragging, setDragging] = useState<Dragged | null>(null);
  useEffect(() => {
    const types = (event: DragEvent) => event.dataTransfer?.types ?? [];
    const isOurs = (event: DragEvent) => types(event).includes(PICTURE_TYPE);
    const isWanted = (event: DragEvent) => isOurs(event) || types(event).includes('Files');
    function over(event: DragEvent) {
      if (!isWanted(event)) return;
      event.preventDefault();
      setDragging(isOurs(event) ? 'picture' : 'files');
    }
    function leave(event: DragEvent) {
      if (event.relatedTarget === null) setDragging(null);
    }
    function drop(event: DragEvent) {
      setDragging(null);
      if (!isWanted(event)) return;
      event.preventDefault();
      if (isOurs(event)) onPicture(event.dataTransfer!.getData(PICTURE_TYPE));
      else add(droppedFiles(event.dataTransfer!));
    }
    const end = () => setDragging(null);
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    addEventListener('dragend', end);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      removeEventListener('dragend', end);
    };
  }, [add, onPicture]);
  return dragging;
}
