/** Settings that words ask for, in both languages: steps, seed, size, guidance, quality, how many. Pure. */
import type { z } from 'zod';
import type { optionsSchema } from '../requests.ts';
import { AMOUNT, CHINESE_NUMBER, numberOf } from './numbers.ts';

export type Options = z.output<typeof optionsSchema>;
type Found = Partial<Options> | undefined;

const SIDE = String.raw`(\d{2,4})`;
const RULES: readonly [RegExp, (groups: readonly string[]) => Found][] = [
  [
    new RegExp(
      String.raw`(?:\b(?:at|in|with|to|as|of|on|a size of|size|resolution|dimensions)\b[:, ]*)*(?:a (?:size|resolution) of )?\b${SIDE} ?(?:px)? ?(?:x|×|by|\*) ?${SIDE}(?: ?(?:px|pixels))?(?: (?:size|resolution))?`,
      'iu',
    ),
    ([, width, height]) => ({ widthPx: Number(width), heightPx: Number(height) }),
  ],
  [
    new RegExp(
      String.raw`(?:尺寸|大小|分辨率)?(?:改成|改为|换成|用|为|是|到)?\s*${SIDE}\s*(?:x|×|乘以?|\*)\s*${SIDE}(?:像素)?(?:的?(?:尺寸|大小|分辨率))?`,
      'iu',
    ),
    ([, width, height]) => ({ widthPx: Number(width), heightPx: Number(height) }),
  ],
  [
    /(?:\b(?:with|at|in|using|use|on|do|run|for|but|take|and)\b[, ]*)*\b(\d+) ?(?:denoising |diffusion |inference |sampling )?steps?\b(?! back)/iu,
    ([, steps]) => ({ steps: Number(steps) }),
  ],
  [
    /(?:\b(?:with|use|set|and|the|to)\b[, ]*)*\bsteps? ?(?:=|:|to|of|at) ?(\d+)/iu,
    ([, steps]) => ({ steps: Number(steps) }),
  ],
  [/(?:用|以|走|改成|跑|做)?\s*(\d+)\s*步(?!骤|之前|以前|的)/u, ([, steps]) => ({ steps: Number(steps) })],
  [/步数(?:改成|改为|设为|设成|为|是|用|调到)?\s*(\d+)/u, ([, steps]) => ({ steps: Number(steps) })],
  [
    /(?:\b(?:with|at|using|use|set|the|a|but|and|under)\b[, ]*)*\bseed ?(?:number|value)?(?:=|:|to|of|is)? ?(\d+)\b/iu,
    ([, seed]) => ({ seed: Number(seed) }),
  ],
  [
    /(?:用|以|把)?(?:随机)?种子(?:数|值)?(?:改成|改为|设为|设成|为|是|用|换成)?\s*(\d+)/u,
    ([, seed]) => ({ seed: Number(seed) }),
  ],
  [
    /(?:\b(?:with|at|using|use|set|the|a|but|and)\b[, ]*)*\b(?:guidance|cfg)(?: scale| strength)?(?:=|:|to|of|at)? ?(\d+(?:\.\d+)?)/iu,
    ([, scale]) => ({ guidanceScale: Number(scale) }),
  ],
  [
    /(?:引导|引导强度|guidance|CFG)(?:强度|系数)?(?:改成|改为|设为|设成|为|是|用|调到)?\s*(\d+(?:\.\d+)?)/iu,
    ([, scale]) => ({ guidanceScale: Number(scale) }),
  ],
  [
    /(?:\b(?:as|in|only|just|with)\b[, ]*)+(?:an? )?(?:quick |rough |fast )?draft(?: quality| mode)?\b/iu,
    () => ({ quality: 'draft' }),
  ],
  [/(?:用|以|出|做)?(?:一[张个]|成)?草稿(?:质量|模式|品质)?/u, () => ({ quality: 'draft' })],
  [
    /(?:\b(?:in|with|at|as|to)\b[, ]*)+(?:the |an? )?(?:final|full|high|best|better) quality\b|\bfinal quality\b/iu,
    () => ({ quality: 'final' }),
  ],
  [/(?:用|以)?(?:正式|最终|最高|高)(?:质量|品质|版质量)/u, () => ({ quality: 'final' })],
];

const DRAFT = /^(?:an? )?(?:quick|rough|fast) draft$/iu;
const COUNTS: readonly RegExp[] = [
  new RegExp(String.raw`,? ?\b(${AMOUNT}) (?:times|variants|copies)$`, 'iu'),
  /,? ?\bx ?(\d)$/iu,
];

/** The settings that a text asks for, and the text without them. */
export function settingsIn(text: string): { options: Partial<Options>; rest: string } {
  if (DRAFT.test(text)) return { options: { quality: 'draft' }, rest: '' };
  let rest = text;
  const options: Partial<Options> = {};
  for (const [pattern, read] of RULES) {
    const match = pattern.exec(rest);
    const found = match && read([...match].map((group) => group ?? ''));
    if (!found) continue;
    Object.assign(options, found);
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`
      .replace(/\s+/g, ' ')
      .trim();
  }
  for (const pattern of COUNTS) {
    const match = pattern.exec(rest);
    const count = match && numberOf(match[1]!);
    if (!count) continue;
    options.count = count;
    rest = rest.slice(0, match.index).trim();
  }
  return { options, rest: Object.keys(options).length > 0 ? rest.replace(/[\s,，]+$/u, '') : rest };
}

export { AMOUNT, CHINESE_NUMBER };
