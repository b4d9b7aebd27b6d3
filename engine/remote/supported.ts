/** What of a request an engine elsewhere cannot honour: found before anything is sent, and named. */
import { EngineError } from '../request/errors.ts';
import type { GenerationRequest, ModelInfo } from '../request/request.ts';
import { quotedTexts } from '../tokens/glyph-text.ts';

/** Throws `unsupported` with the first field that cannot be honoured. */
export function checkSupported(
  request: GenerationRequest,
  { name, can, defaultSteps, defaultGuidanceScale }: ModelInfo,
): void {
  const {
    references = [],
    mask,
    composite = false,
    target = 0,
    priorTokens,
    resume,
    layout,
    count,
    steps,
    guidanceScale,
  } = request;
  const asked: [boolean, keyof GenerationRequest, string][] = [
    [references.length > 0 && !can.edits, 'references', 'cannot start from a picture'],
    [isAnyUnwanted(request), 'renderTexts', 'draws all words between quotes'],
    [mask !== undefined && !can.masks && !composite, 'mask', 'knows no mask'],
    // The mask of the images API belongs to the first picture.
    [mask !== undefined && can.masks && target !== 0, 'target', 'changes a part of the first picture only'],
    [priorTokens !== undefined && !can.sameLayout, 'priorTokens', 'cannot keep the layout of a picture'],
    [
      layout === 'shared' && count > 1 && !can.sameLayout,
      'layout',
      'cannot give several pictures one layout',
    ],
    [resume !== undefined && !can.resume, 'resume', 'cannot take up a run again'],
    [steps !== defaultSteps && !can.steps, 'steps', 'decides itself how many steps it takes'],
    [
      guidanceScale !== defaultGuidanceScale && !can.guidance,
      'guidanceScale',
      'decides itself how far it is guided',
    ],
  ];
  for (const [isAsked, field, why] of asked)
    if (isAsked)
      throw new EngineError('unsupported', `The model ${name} ${why}. Leave ${field} out.`, { field });
}

/** Whether words stand between quotes that are not to be drawn. */
function isAnyUnwanted({ prompt, renderTexts }: GenerationRequest): boolean {
  return renderTexts !== undefined && quotedTexts(prompt).some((text) => !renderTexts.includes(text));
}
