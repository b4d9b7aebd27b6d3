/** Why the layout of a version cannot be kept, in words; null where it can. Pure. */
import type { EngineView, PictureView, TurnView } from '../../../studio/protocol.ts';
import type { Translator } from '../ui/translator.ts';

export function whyNoLayout(
  t: Translator,
  { recipe, job }: TurnView,
  picture: PictureView,
  engines: readonly EngineView[],
): string | null {
  if (!recipe) return null;
  if (!picture.hasLayout) return t('refusal.unsupported.no_tokens');
  // It is made again by the engine that drew it, while that is there.
  const engine =
    engines.find(({ name }) => name === job?.engine) ?? engines.find(({ isDefault }) => isDefault);
  const model = engine?.model;
  if (!model) return null;
  if (!model.can.sameLayout) return t('refusal.unsupported.same_layout', { model: model.name });
  if (model.digest === recipe.modelDigest) return null;
  return t('refusal.unsupported.other_layout', { before: recipe.modelName, after: model.name });
}
