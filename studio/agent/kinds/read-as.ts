/**
 * A clause read as one kind where no rule reads it so: what the kind needs is looked for anywhere in the clause, and what is not found is asked.
 * Pure.
 */
import type { Plan } from '../actions.ts';
import { about, type Clause, referencesIn, written } from '../clause.ts';
import { unclear, whatToDraw } from '../rules/asking.ts';
import { queryIn, WHOLE_SESSION } from '../rules/keeping.ts';
import { countIn } from '../rules/more.ts';
import { ref } from '../rules/rule.ts';
import { answer } from '../rules/talk.ts';
import { timesIn } from '../rules/undo.ts';
import { about as aboutVersion, which } from '../rules/which-version.ts';
import type { Scene } from '../scene.ts';
import { settingsIn } from '../settings.ts';
import { correctedIn, earlierIn, orderedIn } from './earlier.ts';
import { type Kind, SPOKEN_KINDS } from './kinds.ts';
import { lookIn } from './look-in.ts';
import { comparedIn, placesIn } from './places.ts';

/** The plan; none where the kind needs what the clause does not say. */
export function readAs(kind: Kind, scene: Scene, clause: Clause): Plan | undefined {
  const spoken = SPOKEN_KINDS.find((each) => each === kind);
  if (spoken) return answer(spoken, spoken === 'declined' ? { reason: reasonIn(clause.text) } : {});
  return READERS[kind]?.(scene, clause);
}

const reasonIn = (text: string): string | undefined =>
  /\b(?:delet|eras|wip|clear|destroy|remov|trash|throw|burn|get rid|gone)\w*\b|删|清|扔|丢/iu.test(text)
    ? 'deletes'
    : undefined;

const READERS: Partial<Record<Kind, (scene: Scene, clause: Clause) => Plan | undefined>> = {
  new: (_, clause) => {
    const { options, rest } = settingsIn(clause.text);
    const prompt = written(clause, rest).trim();
    return prompt === ''
      ? undefined
      : [{ type: 'new', prompt, ...(Object.keys(options).length > 0 && { options }) }];
  },
  edit: (scene, clause) => {
    if (!scene.hasPicture) return undefined;
    const { options, rest } = settingsIn(clause.text);
    const prompt = written(clause, rest).trim();
    return prompt === ''
      ? undefined
      : [{ type: 'edit', prompt, ...(Object.keys(options).length > 0 && { options }) }];
  },
  more: (scene, clause) => {
    if (!scene.hasPicture) return undefined;
    const { options } = settingsIn(clause.text);
    const { count, ...settings } = { count: countIn(clause, clause.text), ...options };
    const [reference, ...others] = referencesIn(clause, clause.text);
    if (others.length > 0) return undefined;
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
    const goTo = (version: number): Plan => [{ type: 'go-to', version }];
    const versions = placesIn(scene, clause);
    if (versions === undefined) return undefined;
    if (versions.length === 1) return goTo(versions[0]!);
    if (versions.length === 0 && scene.isPlanned) return undefined;
    const offered =
      versions.length > 0 ? versions : scene.session.versions.map(({ version }) => version).toReversed();
    return offered.length > 0 ? [scene.whichPicture(offered, goTo)] : [scene.nothingThere()];
  },
  stop: (scene) => (scene.session.underWay.length > 0 ? [{ type: 'stop' }] : answer('status')),
  compare: comparedIn,
  edits: (scene, clause) =>
    correctedIn(scene, clause) ?? orderedIn(scene, clause) ?? earlierIn(scene, clause),
  look: lookIn,
  rename: (_, clause) => {
    if (!NAMES.test(clause.text)) return undefined;
    const title = written(clause, clause.text).replace(BEFORE_TITLE, '').replace(AFTER_TITLE, '').trim();
    return title === '' ? undefined : [{ type: 'rename', title }];
  },
  search: (_, clause) => {
    const query = queryIn(written(clause, clause.text));
    return query === '' ? undefined : [{ type: 'search', query }];
  },
  export: (scene, clause) => {
    if (scene.session.versions.length === 0 && !scene.isOnStep) return [scene.nothingThere()];
    const [reference, ...others] = referencesIn(clause, clause.text);
    if (others.length > 0) return undefined;
    if (reference)
      return about(scene, reference, (version): Plan => [{ type: 'export', what: 'picture', version }]);
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

const NAMES = /\b(?:re-?)?(?:name[ds]?|titled?|call(?:ed)?|label(?:led)?)\b|名|标题|叫/iu;
/** What stands before and behind a title. */
const BEFORE_TITLE =
  /^(?:(?:(?:i|we|you|want|to|would|like|let's|let|please|can|could|should|must|now|give|make|set|change|update|put|call(?:ed)?|name[ds]?|titled?|label(?:led)?|rename[ds]?|re-?title|this|the|it|its|that|our|my|a|new|one|whole|everything|chat|session|conversation|project|thread|of|for|to|as|be|is|will|into|with)\b|[:=,"'-])\s*)+|^(?:请|把|将|给|为|这个|当前|本|会话|对话|聊天|项目|的|标题|名称|名字|名|重命名|改|命|成|为|叫做?|做|取|起|个|就|是|它|[:：，]|\s)+/iu;
const AFTER_TITLE = /(?:[,，]? ?(?:please|now|instead|这个会话|这个对话|会话|对话|吧|好了)|[\s.。!！])+$/iu;
