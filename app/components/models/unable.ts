/** What the engines that are to draw a message cannot do of it, in words; and the message as each of them gets it. Pure. */
import type { ModelInfo } from '../../../engine/index.ts';
import { optionsWithin, type Unable, unableTo } from '../../../studio/abilities.ts';
import type { EngineView, TurnBody } from '../../../studio/protocol.ts';
import type { Draft } from '../state/drafts.ts';
import type { Intent } from '../state/intent.ts';
import { turnBody } from '../state/intent.ts';
import type { ModelChoice } from '../state/model-choice.ts';
import type { Translator } from '../ui/translator.ts';

/** Why a model cannot honour a part of a message, and what to do instead; null where it can. */
export function unableText(t: Translator, model: ModelInfo | null, key: Unable): string | null {
  return model && t(`refusal.${key}`, { model: model.name });
}

/** The reason of a control that a model cannot honour; null for one that it can. */
export function controlReason(
  t: Translator,
  model: ModelInfo | null,
  control: 'edits' | 'masks' | 'seeds' | 'steps' | 'guidance',
): string | null {
  return model && !model.can[control] ? unableText(t, model, `unsupported.${control}`) : null;
}

/** Why the message cannot be drawn by the engines that are chosen for it; null where it can. */
export function unableBecause(
  t: Translator,
  {
    draft,
    intent,
    model,
    choice,
  }: { draft: Draft; intent: Intent; model: ModelInfo | null; choice: ModelChoice },
): string | null {
  const masks = intent.mask ? [{ role: 'mask' as const }] : [];
  const { count = 1, layout = 'separate', composite } = draft.options;
  const recipe = { count, layout, ...(composite && { composite: true as const }) };
  const asked = { inputs: [...intent.inputs, ...masks], options: draft.options, recipe };
  const unable = model && unableTo(model, asked);
  if (unable) return unableText(t, model, unable.key);
  const other = choice.also?.model ?? null;
  const unableToo = other && unableTo(other, { ...asked, options: optionsWithin(other, draft.options) });
  return unableToo ? unableText(t, other, unableToo.key) : null;
}

/** The message as it is sent: once, or once more for another engine, which gets of its options those that it can honour. */
export function bodiesOf(
  draft: Draft,
  intent: Intent,
  { engines, chosen, also }: ModelChoice,
): { body: TurnBody; also: TurnBody | undefined } {
  const body = turnBody(draft, intent);
  if (engines.length < 2 || !chosen) return { body, also: undefined };
  const named = ({ name, model }: EngineView): TurnBody => ({
    ...body,
    options: model ? optionsWithin(model, draft.options) : body.options,
    model: name,
  });
  return { body: { ...body, model: chosen.name }, also: also ? named(also) : undefined };
}
