/** Draws the pictures of a prompt by any engine of the studio. Knows no benchmark and no judge. */
import type { Engine, GenerationRequest, ModelInfo } from '../../engine/index.ts';
import { quotedTexts } from '../../studio/quotes.ts';
import { secondLookOf } from '../../studio/recipe.ts';
import type { Drawn } from './run-folder.ts';

/** What was asked for of a recipe; what is left open is what the model was made for. */
export interface AskedRecipe {
  widthPx?: number | undefined;
  heightPx?: number | undefined;
  steps?: number | undefined;
  guidanceScale?: number | undefined;
  /** Whether words may be read back and drawn once more, as the studio does. */
  secondLook: boolean;
}

/** The recipe of all pictures of a run. */
export function recipeOf(info: ModelInfo, asked: AskedRecipe): Drawn['recipe'] {
  return {
    widthPx: asked.widthPx ?? info.defaultWidthPx,
    heightPx: asked.heightPx ?? info.defaultHeightPx,
    steps: asked.steps ?? info.defaultSteps,
    guidanceScale: asked.guidanceScale ?? info.defaultGuidanceScale,
    secondLook: asked.secondLook && (info.can.secondLook ?? false),
  };
}

/** Draws some of the `count` pictures of a prompt, and hands each over as it is made. Throws EngineError. */
export async function drawPictures(
  engine: Engine,
  { prompt, seed, count, only }: { prompt: string; seed: number; count: number; only: readonly number[] },
  recipe: Drawn['recipe'],
  save: (index: number, png: Uint8Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const renderTexts = quotedTexts(prompt);
  const { secondLook: wanted, ...drawn } = recipe;
  const request: GenerationRequest = {
    ...{ prompt, renderTexts, seed, count, only, layout: 'separate' },
    ...drawn,
    ...secondLookOf(engine.info, { wanted, renderTexts, isEdit: false }),
  };
  for await (const event of engine.generate(request, { signal }))
    if (event.type === 'picture') save(event.pictureIndex, event.png);
}
