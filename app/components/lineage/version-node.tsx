/** One version in the graph: its picture with a name over it. The active branch is red, what is left out is grey. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { GraphItem } from './graph.ts';

export type VersionNodeType = Node<{ item: GraphItem; chosen: boolean; head: boolean; focusable: boolean }>;

export const NODE_WIDTH_PX = 84;
export const NODE_HEIGHT_PX = 82;
const HIDDEN_HANDLE = 'pointer-events-none !size-0 !min-h-0 !min-w-0 !border-0 !bg-transparent';

export function VersionNode({ data: { item, chosen, head, focusable } }: NodeProps<VersionNodeType>) {
  const t = useTranslations();
  const { turn, picture, onBranch } = item;
  const disabled = turn.state === 'disabled';
  const name = picture ? `v${picture.version}` : '…';
  const words = turn.prompt || t('turn.uploaded');
  const notes = [
    head && t('details.active'),
    disabled && t('details.disabled'),
    !picture && t('details.running'),
  ].filter(Boolean);
  return (
    <div className="flex flex-col items-center gap-0.5" style={{ width: NODE_WIDTH_PX }}>
      <Handle type="target" position={Position.Top} isConnectable={false} className={HIDDEN_HANDLE} />
      <span
        className={`max-w-full truncate font-mono font-semibold text-[11px] leading-4 ${onBranch ? 'text-accent' : 'text-soft'}`}
        aria-hidden="true"
      >
        {name} <span className="font-normal">{words}</span>
      </span>
      <button
        type="button"
        data-version={item.id}
        data-small
        tabIndex={focusable ? 0 : -1}
        aria-label={[`${name}, ${words}`, ...notes].join(', ')}
        aria-current={chosen ? 'true' : undefined}
        className={`rounded-lg border-2 bg-card ${onBranch ? 'border-accent' : 'border-edge'} ${
          chosen ? 'ring-4 ring-accent-wash' : ''
        } ${disabled ? 'border-dashed opacity-50 grayscale' : ''}`}
      >
        {picture ? (
          <Thumbnail hash={picture.hash} className="pointer-events-none size-[60px] rounded-md" />
        ) : (
          <span className="ruled block size-[60px] animate-ink rounded-md" />
        )}
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} className={HIDDEN_HANDLE} />
    </div>
  );
}
