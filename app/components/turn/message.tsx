'use client';
/** What was asked: the words, and above them the pictures they are about, in context order. */
import type { NodeView } from '../../protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { findImage } from '../state/intent.ts';
import { useStrings } from '../strings.ts';

interface MessageProps {
  prompt: string;
  inputs: NodeView['inputs'];
  nodes: NodeView[];
}

export function Message({ prompt, inputs, nodes }: MessageProps) {
  return (
    <div className="max-w-[min(36rem,88%)] self-end rounded-[16px] rounded-br-[5px] bg-wash px-4 py-2.5">
      {inputs.length > 0 && (
        <ul className="mt-0.5 mb-2 flex flex-wrap gap-1.5">
          {inputs.map(({ imageId, role, position }) => (
            <InputMark key={`${position}-${imageId}`} imageId={imageId} role={role} nodes={nodes} />
          ))}
        </ul>
      )}
      <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-[15px] leading-relaxed">
        {prompt}
      </p>
    </div>
  );
}

function InputMark({
  imageId,
  role,
  nodes,
}: Pick<NodeView['inputs'][number], 'imageId' | 'role'> & { nodes: NodeView[] }) {
  const strings = useStrings();
  const image = findImage(nodes, imageId);
  if (!image) return null;
  return (
    <li className="flex items-center gap-1.5 rounded-full border border-line bg-card py-[3px] pr-2.5 pl-[3px] text-[12px]">
      <Thumbnail hash={image.hash} className="size-6 rounded-full" />
      <span>
        <span className="font-mono">v{image.version}</span> · {strings.roles[role]}
      </span>
    </li>
  );
}
