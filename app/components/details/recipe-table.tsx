/** Everything needed to make the picture again. Exact values in monospace. */
import { useTranslations } from 'next-intl';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { CopySeed } from '../facts/copy-seed.tsx';
import { Fact, Facts } from '../facts/fact.tsx';
import { findPicture } from '../state/intent.ts';
import { madeBy } from '../state/made-by.ts';
import { totalMs } from '../state/stages.ts';
import { seconds } from '../ui/figures/seconds.ts';

interface RecipeTableProps {
  turn: TurnView;
  picture: PictureView;
  turns: TurnView[];
}

const DIGEST_SHOWN = 10;

export function RecipeTable({ turn, picture, turns }: RecipeTableProps) {
  const t = useTranslations();
  const { recipe, job, mode, sentPrompt, prompt } = turn;
  const total = totalMs(job);
  const made = mode ? t(`composer.modes.${mode}`) : t(`details.turnKinds.${turn.kind}`);
  const inputs = turn.inputs
    .toSorted((a, b) => a.position - b.position)
    .flatMap(({ pictureId, role }) => {
      const version = findPicture(turns, pictureId)?.version;
      return version === undefined
        ? [t(`details.roles.${role}`)]
        : `v${version} ${t(`details.roles.${role}`)}`;
    });
  return (
    <Facts>
      <Fact name={t('details.made')}>{[made, ...inputs].join(' · ')}</Fact>
      {sentPrompt !== prompt && <Fact name={t('details.sent')}>{sentPrompt}</Fact>}
      <Fact name={t('details.dimensions')} exact>
        {picture.widthPx} × {picture.heightPx}
      </Fact>
      {recipe && (
        <>
          <Fact name={t('options.seed')}>
            <CopySeed seed={recipe.seed} labelled={false} />
          </Fact>
          <Fact name={t('options.steps')} exact>
            {recipe.steps}
            {recipe.quality === 'draft' && ` (${t('details.draft')})`}
          </Fact>
          <Fact name={t('options.guidance')} exact>
            {recipe.guidanceScale}
          </Fact>
          {recipe.renderTexts && recipe.renderTexts.length > 0 && (
            <Fact name={t('details.words')}>{recipe.renderTexts.join(' · ')}</Fact>
          )}
          {recipe.layoutOf && <Fact name={t('details.layout')}>{t('details.layoutKept')}</Fact>}
          <Fact name={t('details.model')} exact>
            <span title={recipe.modelDigest}>
              {madeBy(recipe, job)} {recipe.modelDigest.slice(0, DIGEST_SHOWN)}
            </span>
          </Fact>
        </>
      )}
      {total !== null && (
        <Fact name={t('details.time')} exact>
          {seconds(total)}
        </Fact>
      )}
      <Fact name={t('details.digest')} exact>
        <span title={picture.hash}>{picture.hash.slice(0, DIGEST_SHOWN)}</span>
      </Fact>
    </Facts>
  );
}
