/** Earlier edits that a clause asks to be other than they were: left out, taken in again, in another order, in other words. Pure. */
import type { Plan } from '../actions.ts';
import { type Clause, written } from '../clause.ts';
import { describing, says } from '../contents.ts';
import { editIn, isEdit } from '../rules/earlier/earlier-edit.ts';
import type { Scene } from '../scene.ts';

const TAKES_IN = /\b(?:back|again|on|in|enable|restore|include|undo)\b|回|恢复|还原|重新|启用/iu;
const LEAVES_OUT =
  /\b(?:leave|skip(?:ped)?|drop|omit|without|out|off|cancel|undo|disable|exclude|lose|ignore|mute|but|except|go|not)\b|去掉|跳过|不要|取消|撤|忽略|除了|不算|作废/iu;

/** An edit that is left out, or taken in again. */
export function earlierIn(scene: Scene, clause: Clause): Plan | undefined {
  const out = scene.session.versions.filter(({ state }) => state === 'disabled');
  const back = TAKES_IN.test(clause.text) ? editIn(scene, clause, clause.text, out) : undefined;
  if (back !== undefined) return [{ type: 'take-in', edit: back }];
  if (!LEAVES_OUT.test(clause.text) || /\b(?:back|again|on)\b|回|恢复|启用/iu.test(clause.text))
    return undefined;
  const edit = editIn(scene, clause, clause.text);
  return isEdit(scene, edit) ? [{ type: 'leave-out', edit }] : undefined;
}

const AT_FIRST = /\b(?:first|earlier|beginning|start|sooner)\b|先|提前|最前|第一步/iu;
const AT_LAST = /\b(?:last|end|later|finally)\b|最后|末/iu;

/** An edit that is to be the first or the last one: "balloon first, hat second". */
export function orderedIn(scene: Scene, clause: Clause): Plan | undefined {
  const { edits } = scene;
  const parts = clause.text
    .split(/[,，;；]|\b(?:and|then)\b|后(?=[加换改做再])|再|然后/iu)
    .filter((part) => part.trim() !== '');
  const named = parts.map((part) => editIn(scene, clause, part.replace(AT_FIRST, ' ').replace(AT_LAST, ' ')));
  const [one, other] = named;
  if (edits.length < 2 || !isEdit(scene, one)) return undefined;
  const after = (beside: number | null | undefined): Plan | undefined =>
    beside === null || beside === undefined || beside === one
      ? undefined
      : [{ type: 'move', edit: one, after: beside }];
  const first = parts[0]!;
  if (AT_FIRST.test(first)) {
    const next = isEdit(scene, other) ? other : edits[0]!.version;
    return one > next ? after(scene.seen(next)?.from) : undefined;
  }
  return AT_LAST.test(first) && !isEdit(scene, other) ? after(edits.at(-1)!.version) : undefined;
}

/** What is wanted, and what was said in its place. */
const CORRECTIONS: readonly (readonly [RegExp, wanted: number, unwanted: number])[] = [
  [
    /(?:^|\b(?:i (?:meant|said|wanted)|be|have|make it|was) )(?:(?:an?|the) )?([\w -]+?),? (?:i (?:meant|said),? )?(?:and )?(?:not|instead of|rather than) (?:(?:an?|the) )?([\w -]+)$/i,
    1,
    2,
  ],
  [
    /\bnot (?:(?:an?|the) )?([\w -]+?)[,;.]+ (?:but )?(?:(?:i (?:meant|said|wanted)|it should be|an?|the) )*([\w -]+)$/i,
    2,
    1,
  ],
  [
    /\b(?:from|change|replace|swap|turn) (?:(?:an?|the) )?([\w-]+) (?:to|with|by|into|for) (?:(?:an?|the) )?([\w -]+)$/i,
    2,
    1,
  ],
  [/不是(.+?)[，,]?(?:而是|应该是|我说的是|是|要)(.+)$/u, 2, 1],
  [/(?:把)?(\p{Script=Han}{1,4})(?:改成|换成|改为|换为|变成)(\p{Script=Han}+)$/u, 2, 1],
  [/要(\p{Script=Han}+?)[，,]?(?:不要|不是)(\p{Script=Han}+)$/u, 1, 2],
];

/** An edit that says one word where another was meant: "rain, I meant, not snow". The rest of its words stay. */
export function correctedIn(scene: Scene, clause: Clause): Plan | undefined {
  const text = written(clause, clause.text).trim();
  for (const [pattern, wants, said] of CORRECTIONS) {
    const match = pattern.exec(text);
    const wanted = match?.[wants]?.trim();
    const unwanted = match?.[said]?.trim();
    if (!wanted || !unwanted) continue;
    const words = /\p{Script=Han}/u.test(unwanted) ? [unwanted] : describing(unwanted);
    const edit = scene.edits.findLast(
      ({ prompt }) => words.length > 0 && words.every((word) => says(prompt, word)),
    );
    const prompt = edit && withOther(edit.prompt, unwanted, wanted);
    if (prompt) return [{ type: 'reword', edit: edit.version, prompt }];
  }
  return undefined;
}

/** A prompt with one word in the place of another; nothing where it says it in another way. */
function withOther(prompt: string, unwanted: string, wanted: string): string | undefined {
  const at = prompt.toLowerCase().lastIndexOf(unwanted.toLowerCase());
  return at < 0 ? undefined : `${prompt.slice(0, at)}${wanted}${prompt.slice(at + unwanted.length)}`;
}
