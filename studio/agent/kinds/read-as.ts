/**
 * A clause read as one kind where no rule reads it so: what the kind needs is looked for anywhere in the clause, and what is not found is asked.
 * Pure.
 */
import type { Plan } from '../actions.ts';
import { about, aboutAll, type Clause, referencesIn, written } from '../clause.ts';
import { versionsSaid } from '../described.ts';
import { unclear, whatToDraw } from '../rules/asking.ts';
import { queryIn, WHOLE_SESSION } from '../rules/keeping.ts';
import { editIn, isEdit } from '../rules/earlier-edit.ts';
import { countIn } from '../rules/more.ts';
import { ref } from '../rules/rule.ts';
import { answer } from '../rules/talk.ts';
import { timesIn } from '../rules/undo.ts';
import { about as aboutVersion, which } from '../rules/which-version.ts';
import type { Scene } from '../scene.ts';
import { settingsIn } from '../settings.ts';
import { type Kind, SPOKEN_KINDS } from './kinds.ts';

/** The plan; none where the kind needs what the clause does not say. */
export function readAs(kind: Kind, scene: Scene, clause: Clause): Plan | undefined {
  const spoken = SPOKEN_KINDS.find((each) => each === kind);
  if (spoken) return answer(spoken, spoken === 'declined' ? { reason: reasonIn(clause.text) } : {});
  return READERS[kind]?.(scene, clause);
}

const reasonIn = (text: string): string | undefined =>
  /\b(?:delet|eras|wip|clear|destroy|remov|trash|throw|burn|get rid|gone)\w*\b|删|清|扔|丢/iu.test(text) ? 'deletes' : undefined;

/** How the first picture of a branch is named beside "the original". */
const ORIGINAL =
  /\b(?:originally|at first|initially|(?:in|at|from|to) the (?:very )?(?:beginning|start)|before (?:anything|everything|all)|how it (?:started|began))\b|最初|最开始|一开始|最早|什么都没/iu;
/** Several versions named at once. */
const FIRST_ONES = /\bfirst (?:two|2)\b|\b(?:1 and 2|one and two)\b|前(?:两|2)[张个幅]/iu;
const LAST_ONES = /\b(?:last|latest|newest) (?:two|2)\b|(?:最后|最近|后)(?:两|2)[张个幅]/iu;

/** The two versions that are looked at side by side; what is not named is the current one, and the one before it. */
function comparedIn(scene: Scene, clause: Clause): Plan | undefined {
  const all = scene.session.versions.map(({ version }) => version);
  const pair = (versions: readonly number[]): Plan | undefined =>
    versions.length === 2 ? [{ type: 'compare', versions: [versions[0]!, versions[1]!] }] : undefined;
  if (FIRST_ONES.test(clause.text)) return pair(all.slice(0, 2));
  if (LAST_ONES.test(clause.text)) return pair(all.slice(-2));
  const references = referencesIn(clause, clause.text);
  if (references.length > 2) return undefined;
  const place = (name: 'previous' | 'current') => ({
    text: '',
    by: 'place' as const,
    versions: scene.versionsOf({ by: 'place', place: name }),
  });
  const [one = place('previous'), other = place('current')] = references;
  return aboutAll(scene, [one, other], ([first, second]) =>
    first === second
      ? [scene.nothingThere()]
      : [{ type: 'compare', versions: [Math.min(first!, second!), Math.max(first!, second!)] }],
  );
}

/** An earlier edit that is left out, or taken in again. */
function earlierIn(scene: Scene, clause: Clause): Plan | undefined {
  const out = scene.session.versions.filter(({ state }) => state === 'disabled');
  const back = TAKES_IN.test(clause.text) ? editIn(scene, clause, clause.text, out) : undefined;
  if (back !== undefined) return [{ type: 'take-in', edit: back }];
  const edit = LEAVES_OUT.test(clause.text) ? editIn(scene, clause, clause.text) : undefined;
  return isEdit(scene, edit) ? [{ type: 'leave-out', edit }] : undefined;
}
const TAKES_IN = /\b(?:back|again|on|in|enable|restore|include|undo)\b|回|恢复|还原|重新|启用/iu;
const LEAVES_OUT = /\b(?:leave|skip|drop|omit|without|out|off|cancel|undo|disable|exclude|lose|ignore)\b|去掉|跳过|不要|取消|撤销|忽略|除了|不算/iu;

const READERS: Partial<Record<Kind, (scene: Scene, clause: Clause) => Plan | undefined>> = {
  new: (_, clause) => {
    const { options, rest } = settingsIn(clause.text);
    const prompt = written(clause, rest).trim();
    return prompt === '' ? undefined : [{ type: 'new', prompt, ...(Object.keys(options).length > 0 && { options }) }];
  },
  edit: (scene, clause) => {
    if (!scene.hasPicture) return undefined;
    const { options, rest } = settingsIn(clause.text);
    const prompt = written(clause, rest).trim();
    return prompt === '' ? undefined : [{ type: 'edit', prompt, ...(Object.keys(options).length > 0 && { options }) }];
  },
  more: (scene, clause) => {
    if (!scene.hasPicture) return undefined;
    const { options } = settingsIn(clause.text);
    const { count, ...settings } = { count: countIn(clause, clause.text), ...options };
    const [reference] = referencesIn(clause, clause.text);
    const plan = (of?: number): Plan =>
      Object.keys(settings).length > 0
        ? [{ type: 'repeat', ...(of && { of: ref(of) }), options: settings }]
        : [{ type: 'vary', ...(of && { of: ref(of) }), ...(count && { count }) }];
    return reference ? about(scene, reference, plan) : plan();
  },
  undo: (scene, { text, ...clause }) => {
    if (!scene.session.canUndo) return [scene.nothingThere()];
    const times = timesIn({ text, ...clause }, text);
    return [{ type: 'undo', ...(times && times > 1 && { times }) }];
  },
  redo: (scene) => (scene.session.canRedo ? [{ type: 'redo' }] : undefined),
  go: (scene, clause) => {
    const [reference, ...others] = referencesIn(clause, clause.text);
    if (others.length > 0) return undefined;
    const goTo = (version: number): Plan => [{ type: 'go-to', version }];
    if (reference) return about(scene, reference, goTo);
    const versions = ORIGINAL.test(clause.text)
      ? scene.versionsOf({ by: 'place', place: 'original' })
      : versionsSaid(scene, clause, clause.text);
    if (versions.length === 1) return goTo(versions[0]!);
    if (versions.length === 0 && scene.isPlanned) return undefined;
    const offered = versions.length > 1 ? versions : scene.session.versions.map(({ version }) => version).toReversed();
    return offered.length > 0 ? [scene.whichPicture(offered, goTo)] : [scene.nothingThere()];
  },
  stop: (scene) => (scene.session.underWay.length > 0 ? [{ type: 'stop' }] : answer('status')),
  compare: comparedIn,
  edits: earlierIn,
  search: (_, clause) => {
    const query = queryIn(written(clause, clause.text));
    return query === '' ? undefined : [{ type: 'search', query }];
  },
  export: (scene, clause) => {
    if (scene.session.versions.length === 0 && !scene.isOnStep) return [scene.nothingThere()];
    const [reference, ...others] = referencesIn(clause, clause.text);
    if (others.length > 0) return undefined;
    if (reference) return about(scene, reference, (version): Plan => [{ type: 'export', what: 'picture', version }]);
    return [{ type: 'export', what: WHOLE_SESSION.test(clause.text) ? 'session' : 'picture' }];
  },
  session: (scene, clause) => {
    const said = { scene, clause, text: clause.text, match: /^/.exec('')! };
    if (scene.session.versions.length === 0) return answer('history');
    const isOfMany = /\b(?:which|where|when|any|ever)\b|哪|有没有|什么时候|第几/iu.test(clause.text);
    return (isOfMany ? which(said) : undefined) ?? aboutVersion(said);
  },
  ask: (scene, clause) => [
    scene.hasPicture ? unclear(scene, undefined, clause.language) : whatToDraw(scene, clause.language),
  ],
};
