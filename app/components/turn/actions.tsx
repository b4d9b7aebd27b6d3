'use client';
/** What can be done with a picture. Edit and reference only set the composer; vary sends at once. */
import { Download, ImagePlus, Info, PenLine, Shuffle } from 'lucide-react';
import type { ImageView, NodeView, TurnBody } from '../../protocol.ts';
import { focusMessage } from '../composer/message-box.tsx';
import { PLAIN_BUTTON, PlainButton } from '../shell/plain-button.tsx';
import { readDraft, writeDraft } from '../state/drafts.ts';
import { useStrings } from '../strings.ts';

interface ActionsProps {
  node: NodeView;
  image: ImageView;
  sessionId: string;
  onDetails: (imageId: string) => void;
  onSend: (body: TurnBody) => void;
}

export function Actions({ node, image, sessionId, onDetails, onSend }: ActionsProps) {
  const strings = useStrings();
  return (
    <div className="mt-1 flex flex-wrap gap-1.5">
      <PlainButton onClick={() => editFrom(sessionId, image)}>
        <PenLine aria-hidden="true" />
        {strings.editFrom}
      </PlainButton>
      {node.recipe && (
        <PlainButton title={strings.varyHint} onClick={() => onSend(variation(node))}>
          <Shuffle aria-hidden="true" />
          {strings.vary}
        </PlainButton>
      )}
      <PlainButton onClick={() => addReference(sessionId, image)}>
        <ImagePlus aria-hidden="true" />
        {strings.useAsReference}
      </PlainButton>
      <a
        className={PLAIN_BUTTON}
        href={`/images/${image.hash}`}
        download={`palimpsest-v${image.version}.png`}
        aria-label={`${strings.download} v${image.version}`}
        title={strings.download}
      >
        <Download aria-hidden="true" />
      </a>
      <PlainButton className="lg:hidden" onClick={() => onDetails(image.id)}>
        <Info aria-hidden="true" />
        {strings.details}
      </PlainButton>
    </div>
  );
}

function editFrom(sessionId: string, image: ImageView): void {
  writeDraft(sessionId, { mode: 'edit', targetId: image.id });
  focusMessage();
}

function addReference(sessionId: string, { id }: ImageView): void {
  const { references } = readDraft(sessionId);
  if (!references.some(({ imageId }) => imageId === id)) {
    writeDraft(sessionId, { references: [...references, { imageId: id, role: 'reference' }] });
  }
  focusMessage();
}

/** The same request, all inputs in the same order, without the seed: the server draws a new one. */
function variation({ kind, prompt, inputs, recipe }: NodeView): TurnBody {
  const ordered = inputs.toSorted((a, b) => a.position - b.position);
  const { widthPx, heightPx, steps, guidanceScale, count, layout } = recipe!;
  return {
    prompt,
    mode: kind === 'edit' ? 'edit' : 'new',
    inputs: ordered.map(({ imageId, role }) => ({ imageId, role })),
    renderTexts: recipe!.renderTexts,
    options: { widthPx, heightPx, steps, guidanceScale, count, layout },
  };
}
