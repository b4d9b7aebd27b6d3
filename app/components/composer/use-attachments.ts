'use client';
/**
 * Adds pictures by button, paste or drop. A picture is stored by the server at once, so a draft with pictures
 * survives a reload. The first one becomes the target when there is nothing else to edit, others are references.
 */
import { useCallback, useEffect, useState } from 'react';
import { ApiError, uploadPicture } from '../state/api.ts';
import { readDraft, writeDraft } from '../state/drafts.ts';
import { headImage } from '../state/intent.ts';
import type { OpenSession } from '../state/use-open-session.ts';
import type { Sender } from '../state/use-sender.ts';

export interface Attachments {
  uploading: number;
  /** Files are being dragged over the page. */
  dragging: boolean;
  add: (files: Iterable<File>) => void;
}

export function useAttachments(open: OpenSession, { ensureSession, fail }: Sender): Attachments {
  const [uploading, setUploading] = useState(0);
  const { add: addNode, state } = open;
  const hasHead = headImage(state) !== null;

  const add = useCallback(
    async (files: Iterable<File>) => {
      const all = [...files];
      if (all.length === 0) return;
      setUploading((n) => n + all.length);
      let sessionId: string | null = null;
      let target = hasHead;
      for (const file of all) {
        try {
          sessionId ??= await ensureSession();
          const node = await uploadPicture(sessionId, file);
          addNode(node);
          for (const { id } of node.images) {
            putIntoDraft(sessionId, id, target ? 'reference' : 'target');
            target = true;
          }
          fail(null);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          fail({ sessionId, message: `${file.name}: ${error.message}`, field: error.field });
        } finally {
          setUploading((n) => n - 1);
        }
      }
    },
    [hasHead, ensureSession, addNode, fail],
  );

  const dragging = useDroppedFiles(add);
  usePastedFiles(add);
  return { uploading, dragging, add };
}

function putIntoDraft(sessionId: string, imageId: string, role: 'target' | 'reference'): void {
  const { references } = readDraft(sessionId);
  const change =
    role === 'target'
      ? ({ mode: 'edit', targetId: imageId } as const)
      : { references: [...references, { imageId, role }] };
  writeDraft(sessionId, change);
}

function usePastedFiles(add: (files: Iterable<File>) => void): void {
  useEffect(() => {
    function paste(event: ClipboardEvent) {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      add(files);
    }
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, [add]);
}

function useDroppedFiles(add: (files: Iterable<File>) => void): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    function over(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setDragging(true);
    }
    function leave(event: DragEvent) {
      if (event.relatedTarget === null) setDragging(false);
    }
    function drop(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setDragging(false);
      add(event.dataTransfer!.files);
    }
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [add]);
  return dragging;
}
