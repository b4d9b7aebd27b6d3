'use client';
/** Everything needed to make the picture again. Exact values in monospace. */
import type { ReactNode } from 'react';
import type { ImageView, NodeView } from '../../protocol.ts';
import { findImage } from '../state/intent.ts';
import { totalMs } from '../state/stages.ts';
import { seconds, useStrings } from '../strings.ts';
import { CopySeed } from '../turn/copy-seed.tsx';

interface RecipeTableProps {
  node: NodeView;
  image: ImageView;
  nodes: NodeView[];
}

const DIGEST_SHOWN = 10;

export function RecipeTable({ node, image, nodes }: RecipeTableProps) {
  const strings = useStrings();
  const { recipe, job } = node;
  const total = totalMs(job);
  const inputs = node.inputs
    .toSorted((a, b) => a.position - b.position)
    .map(({ imageId, role }) => {
      const version = findImage(nodes, imageId)?.version;
      return version === undefined ? null : `v${version} ${strings.roles[role]}`;
    });
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-[13px]">
      <Row name={strings.made}>{[strings.recipeKinds[node.kind], ...inputs.filter(Boolean)].join(' · ')}</Row>
      <Row name={strings.dimensions} exact>
        {image.widthPx} × {image.heightPx}
      </Row>
      {recipe && (
        <>
          <Row name={strings.seed}>
            <CopySeed seed={recipe.seed} labelled={false} />
          </Row>
          <Row name={strings.steps} exact>
            {recipe.steps}
          </Row>
          <Row name={strings.guidance} exact>
            {recipe.guidanceScale}
          </Row>
          <Row name={strings.model} exact>
            <span title={recipe.modelDigest}>
              {recipe.modelName} {recipe.modelDigest.slice(0, DIGEST_SHOWN)}
            </span>
          </Row>
        </>
      )}
      {total !== null && (
        <Row name={strings.time} exact>
          {seconds(total)}
        </Row>
      )}
      <Row name={strings.digest} exact>
        <span title={image.hash}>{image.hash.slice(0, DIGEST_SHOWN)}</span>
      </Row>
    </dl>
  );
}

function Row({ name, exact = false, children }: { name: string; exact?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className={`wrap-anywhere min-w-0 ${exact ? 'font-mono text-[12px] leading-5' : ''}`}>
        {children}
      </dd>
    </>
  );
}
