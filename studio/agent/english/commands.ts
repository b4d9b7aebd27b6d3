/** English commands on what is there: back and forth, other orders of edits, names, files, comparisons. Pure. */
import type { Plan } from '../actions.ts';
import { AMOUNT, numberOf } from '../numbers.ts';
import { type Rule, whole } from '../rules.ts';
import type { Named, Scene } from '../scene.ts';
import { NAME, nameOf, nameOrContent, THING } from './names.ts';

const EDIT = '(?:edit|step|change|instruction|part)';
/** A phrase that must name a version. */
const REF = `(${NAME}|(?:the )?${THING} (?:with|without|where|before|after|that|in|of) .+?|the .+? ${THING}|before .+?|the (?:original|beginning|start))`;

const goTo = (scene: Scene, named: Named): Plan =>
  scene.about(named, (version) => [{ type: 'go-to', version }]);

export const COMMANDS: readonly Rule[] = [
  // Back and forth.
  [
    whole(
      `(?:please )?(?:undo|revert|rollback|roll back|ctrl.?z)(?: (?:it|that|this|please|again|now|the last (?:${EDIT}|one|thing|picture|message)|(?:my |the )?(?:last|previous) ${EDIT}|that (?:last )?${EDIT}|what you (?:just )?did|your last ${EDIT}))*`,
      `take (?:that|it|this|the last (?:${EDIT}|one)|that last ${EDIT}) back(?: again)?|take back (?:that|it|the last (?:${EDIT}|one|thing))|(?:go |step |move |jump )?(?:one|a) step back(?:wards?)?|go back(?: (?:one|a) (?:step|version|picture))?|step back|back(?: (?:one|a)(?: step)?| up)?`,
      `(?:no|nope|oops|nah|hmm|ugh|wait|sorry|not like that)?,? ?(?:just )?(?:(?:like|as|how|the way) )?(?:it was )?(?:(?:much )?(?:better|nicer) )?before(?: (?:please|was better|it was better))?`,
      `(?:it|that|this) (?:was|looked) (?:much |a lot |way )?(?:better|nicer|prettier|good|fine) (?:before(?: that| this)?|as it was|earlier|without (?:it|that))`,
      `i (?:liked|preferred|prefer|like) (?:it|how it was|the way it was|what we had)(?: (?:better|more))?(?: before)?`,
      `(?:put|change|turn|set|bring|make|have|give) (?:it|this|that|everything)(?: me)? (?:back(?: (?:to )?(?:how|the way|as|like|what) (?:it was|before|it had been))?|(?:back )?(?:as|like|how|the way) (?:it was )?before|(?:as|like) it was(?: before)?)(?: please)?`,
      `never ?mind(?: that| the last (?:one|edit|change))?|scratch that|forget (?:it|that|the last (?:one|edit|change|${EDIT}))|oops|no,? (?:undo|go back|take (?:it|that) back|back)(?: (?:that|it|please))*|not (?:that|this)(?:,| one)? ?(?:undo|go back)|(?:don'?t|do not) do that|undo,? (?:please|i don'?t like (?:it|that))|i (?:don'?t|do not) (?:like|want) (?:that|it|this|the last (?:one|edit|change)),? (?:undo|go back|take (?:it|that) back)(?: (?:it|that|please))*|that was (?:a mistake|wrong),? ?(?:undo.*)?|(?:show |give )(?:me )?(?:the )?previous (?:state|look)`,
      `restore(?: it| that)?`,
    ),
    () => [{ type: 'undo' }],
  ],
  [
    whole(
      `(?:undo|revert|take back|go back|step back|rollback|roll back|back)(?: by)?(?: the)?(?: last| my)? (${AMOUNT}|twice|a couple(?: of)?) ?(?:${EDIT}s?|times|more|versions|pictures|messages|ones)?(?: back)?`,
      `(${AMOUNT}) (?:${EDIT}s?|times|versions|pictures) back`,
      `take (?:the )?last (${AMOUNT}) (?:${EDIT}s?|ones) back`,
      `undo (twice)`,
    ),
    (_, groups) => {
      const word = groups.slice(1).find((group) => group !== '')!;
      const times = /twice|couple/i.test(word) ? 2 : numberOf(word)!;
      return [{ type: 'undo', ...(times > 1 && { times }) }];
    },
  ],
  [
    whole(
      `(?:undo|revert|reset) (?:everything|all(?: of (?:it|that|them))?|all (?:the )?(?:${EDIT}s)|it all)|(?:go |start )?(?:all the way )?back to (?:the )?(?:beginning|start|original|(?:very )?first(?: (?:${THING}))?)`,
    ),
    (scene) => goTo(scene, { by: 'place', place: 'original' }),
  ],
  [
    whole(
      `(?:redo|ctrl.?y)(?: (?:it|that|this|please|again|the last (?:${EDIT}|one)|what i undid|the (?:undone )?(?:${EDIT}|undo)))*|(?:undo|revert|take back) (?:the|that|my) undo|(?:no,? )?(?:put|bring|get|give|take) (?:it|that|the last one|what i undid|the (?:undone )?${EDIT})(?: me)? back(?: again)?(?: in)?|(?:go |step )?(?:one step |a step )?(?:forward|forwards)(?: again| one step| a step| one)?|un-?undo|bring back what i (?:undid|took back)|reapply(?: it| that)?|do it again after all`,
    ),
    (scene, _, text) =>
      /^(?:put|bring|get|give|take)/i.test(text) && !scene.session.canRedo ? undefined : [{ type: 'redo' }],
  ],
  [
    whole(`redo (?:the last )?(${AMOUNT}|twice) ?(?:${EDIT}s?|times)?`),
    (_, [, word]) => [{ type: 'redo', times: word === 'twice' ? 2 : numberOf(word!)! }],
  ],
  [
    whole(
      `(?:please )?(?:stop|halt|abort|cancel|quit|interrupt|kill)(?: (?:it|that|this|now|please|drawing|here|the (?:picture|drawing|job|run|edit|generation|dragon|last one)|everything|right now|immediately|generating|making (?:it|this)|what you(?:'re| are) doing|working))*|(?:wait|no)?,? ?(?:stop|cancel)(?: (?:it|that|this|please|drawing))*|hold on|wait(?: a (?:minute|second|moment))?|don'?t (?:draw|finish|continue)(?: (?:it|that|this))?|enough`,
    ),
    (scene) =>
      scene.session.underWay.length > 0 ? [{ type: 'stop' }] : [{ type: 'answer', kind: 'status' }],
  ],
  // Names and files.
  [
    whole(
      `(?:rename|retitle|name|call|title) (?:this |the |my )?(?:session|chat|conversation|project|thread)?(?: title)?(?:(?<=session|chat|conversation|project|thread|title)|(?<=^(?:rename|retitle|title) )(?:it|this|that)|(?<=^(?:name|call) )this)(?: to| as| into|:)? (.+)`,
      `(?:rename|retitle)(?: (?:it|this|that|everything))?(?: to| as|:) (.+)`,
      `(?:set|change|make) (?:the |this )?(?:(?:session|chat|conversation|project)(?:'?s)? )?(?:title|name)(?: of (?:this|the) (?:session|chat|conversation|project))? (?:to|be|into)(?: be)?:? (.+)`,
      `(?:the |this )?(?:session|chat|conversation|project)(?: (?:should|shall|is to))? (?:be )?(?:is )?(?:called|named|titled)(?: be)? (.+)`,
      `(?:new )?title: (.+)`,
      `(?:give|let'?s give) (?:this|the) (?:session|chat|conversation|project) (?:the|a new) (?:name|title):? (.+)`,
    ),
    (_, groups) => {
      const title = groups
        .slice(1)
        .find((group) => group !== '')
        ?.trim();
      return title ? [{ type: 'rename', title }] : undefined;
    },
  ],
  [
    whole(
      `(?:export|download|save|back ?up|pack)(?: me)? (?:the |this |my |our )?(?:whole |entire |full )?(?:session|chat|conversation|project|everything|all(?: of (?:it|this|them))?(?: (?:the )?(?:pictures|images|versions))?|history)(?: .*)?`,
      `(?:export|save) (?:it|this) (?:all|as a (?:bundle|tar|zip|session))`,
      `(?:give|send) me (?:the )?(?:session|everything) (?:as a (?:file|zip|bundle))`,
    ),
    () => [{ type: 'export', what: 'session' }],
  ],
  [
    whole(
      `(?:export|download|save|get|give me|keep)(?: me)? (?:(?:this|the|that|my) )?(?:(?:current|final|finished) )?(?:${THING}|it|this|that|result|file|png)(?: (?:as (?:an? )?(?:png|file|jpe?g|webp|picture|image)|to (?:my )?(?:disk|computer|desktop|downloads)|file|here|now))*`,
      `(?:export|download|save)(?: (?:it|as (?:an? )?(?:png|file|jpe?g)))?`,
      `i(?:'d| would)? (?:like|want) (?:this|it|the picture) as (?:a file|a png|png)`,
    ),
    (scene, _, text) =>
      /^(?:get|give me|keep)\b(?!.*(?:file|png|disk|download))/i.test(text) ||
      (!scene.hasPicture && scene.session.versions.length === 0)
        ? scene.hasPicture
          ? undefined
          : [scene.nothingThere()]
        : [{ type: 'export', what: 'picture' }],
  ],
  [
    whole(
      `(?:export|download|save)(?: me)? ${REF}(?: (?:as (?:an? )?(?:png|file|jpe?g|webp|picture|image)|to (?:my )?(?:disk|computer|desktop)))*`,
    ),
    (scene, [, ref]) =>
      scene.about(nameOrContent(ref!), (version) => [{ type: 'export', what: 'picture', version }]),
  ],
  [
    whole(
      `(?:search|look|browse|hunt)(?: (?:through |in |all |my |the |old |other |earlier |sessions|history|pictures|everything|gallery)*)?(?:for|:)? (?:my |all |any |old |the |earlier )*(.+?)(?: in (?:all |my |the |other |old |every )*(?:sessions?|history|pictures|gallery|chats?))?`,
      `find (?:me )?(?:my |all |any |old |the |earlier |every )*(?!(?:one|version|picture|image) (?:with|where|that))(.+?)(?: in (?:all |my |the |other |old |every )*(?:sessions?|history|pictures|gallery|chats?))?`,
      `(?:where are|show me) (?:my |all my )?(?:old |earlier )?(?:pictures|images|drawings) of (.+)`,
    ),
    (_, groups, text) => {
      const query = groups
        .slice(1)
        .find((group) => group !== '')
        ?.trim();
      if (!query || (/^(?:look|browse|hunt)\b/i.test(text) && !/\bfor\b|:/.test(text))) return undefined;
      return [{ type: 'search', query }];
    },
  ],
  // Side by side.
  [
    whole(
      String.raw`(?:compare|contrast|diff)(?: me)? (.+?) (?:and|with|to|against|vs\.?|versus|&|,) (.+?)(?: (?:side by side|please|next to each other))?`,
      String.raw`(?:show|put|view|see|place|display|look at)(?: me)? (.+?) (?:next to|beside|against|vs\.?|versus|side by side with|alongside) (.+)`,
      `(?:show|put|view|see|place|display)(?: me)? (.+?) and (.+?) (?:side by side|next to each other|together on screen|beside each other)`,
      `(?:what(?:'s| is| are)|show me|tell me) the differences? (?:between|of) (.+?) (?:and|to) (.+)`,
      `(?:how|what) (?:does|is|do) (.+?) (?:differ|different)(?: from)? (.+)`,
      `(?:the )?difference between (.+?) and (.+)`,
      String.raw`(.+?) (?:vs\.?|versus) (.+)`,
    ),
    (scene, groups) => {
      const [one, other] = groups
        .slice(1)
        .filter((group) => group !== '')
        .map(nameOf);
      return one && other ? compared(scene, one, other) : undefined;
    },
  ],
  [
    whole(
      `compare (?:it|this|them|that|these|both|the (?:two|last two|pictures|versions))?(?: ?(?:side by side|please))*|compare(?: (?:it|this))?(?: (?:to|with) (?:before|the one before|the previous(?: one| version)?|how it was(?: before)?))?|what(?:'s| is) different(?: now)?|what (?:changed|did (?:you|that|it|i) change)(?: (?:just )?now)?|(?:show|compare)(?: me)? before and after|before and after|show me the difference|difference`,
    ),
    (scene) => compared(scene, { by: 'place', place: 'previous' }, { by: 'place', place: 'current' }),
  ],
  // Other orders of edits.
  [
    whole(
      `(?:apply|do|redo|run|make|merge|join|combine|squash|put|collapse|fold|flatten|turn|repeat) (?:all|everything|all (?:of )?(?:the|my|these|those|our)? ?(?:${EDIT}s|instructions)|(?:the|my|these|those|our) ${EDIT}s|them all|it all)(?: (?:again|together|at once|in one(?: go| step| edit)?|as one(?: edit| step)?|as a single (?:edit|step)|in a single (?:edit|step|pass|go)|into (?:one|a single)(?: (?:edit|step|pass))?|(?:on|to|from|onto|since) (?:the )?(?:.+)))+`,
      `squash(?: (?:it|the edits|everything|them))?|all (?:the |my )?(?:edits|changes|steps)(?: (?:at once|in one(?: go| step)?|as one))+(?: on .+)?|one edit instead of .*`,
    ),
    (scene, _, text) => {
      if (/^(?:make|put|turn|do)\b/i.test(text) && !/(?:at once|one|single)/i.test(text)) return undefined;
      const on = /\b(?:on|to|from|onto|since) ((?:the )?.+?)(?: (?:at once|as one.*|in one.*))?$/i.exec(
        text,
      )?.[1];
      const named = on ? nameOf(on) : undefined;
      if (scene.edits.length === 0) return [scene.nothingThere()];
      return named
        ? scene.about(named, (from) => [{ type: 'apply-as-one', from }])
        : [{ type: 'apply-as-one' }];
    },
  ],
  [
    whole(
      `(?:move|put|do|apply|make|run|place|reorder|have) (.+?) (before|after|behind|ahead of) (.+)`,
      `(.+?) should (?:come|go|be|happen)(?: done| applied| made)? (before|after|ahead of) (.+)`,
      `first (?:do |apply |make )?(.+?),? (?:and )?(then) (?:do |apply |make )?(.+)`,
    ),
    (scene, groups) => {
      const [what, where, other] = groups.slice(1).filter((group) => group !== '') as [
        string,
        string,
        string,
      ];
      if (where === 'then' && !/\b(?:step|edit|change|v\d)/i.test(what)) return undefined;
      return moved(scene, what, /before|ahead|then/i.test(where), other);
    },
  ],
  [
    whole(
      `(?:swap|switch|exchange|reverse|flip) (?:the )?(?:order of )?(?:${EDIT}s?|versions?|order of|v) ?(.+?) (?:and|with) (?:${EDIT} |version |v)?(.+)`,
      `(?:swap|switch|exchange|reverse|flip) (?:the )?(?:order of )?(?:the )?(last two) ${EDIT}s`,
    ),
    (scene, groups) => {
      const [one, other] = groups.slice(1).filter((group) => group !== '') as [string, string | undefined];
      if (other !== undefined) return moved(scene, other, true, one);
      const [before, last] = scene.edits.slice(-2);
      return last && before
        ? [{ type: 'move', edit: last.version, after: before.from! }]
        : [scene.nothingThere()];
    },
  ],
  [
    whole(
      `(?:in|for|at|on) ${REF},? (?:make|use|write|say|put|give|change|replace|let) (.+?),? instead(?: of .+)?`,
      `(?:change|reword|rewrite|rephrase|replace|correct|fix|edit) (?:the (?:words|wording|text|prompt|message) of )?${REF} (?:to(?: say)?|into|as|with|so that it says):? (.+)`,
      `${REF} should (?:have (?:been|said)|say|read|be):? (.+)`,
    ),
    (scene, groups, text) => {
      const [ref, words] = groups.slice(1).filter((group) => group !== '') as [string, string];
      const named = nameOf(ref);
      if (!named || !/(?:\b(?:step|edit|version|v\d|change|message)\b|v ?\d|@|\d)/i.test(ref))
        return undefined;
      const [edit] = scene
        .versionsOf(named)
        .filter((version) => scene.branch.some((each) => each.version === version));
      if (edit === undefined) return [scene.nothingThere(named)];
      return [
        {
          type: 'reword',
          edit,
          prompt: /instead/i.test(text)
            ? text
                .replace(/^.*?,? (?=(?:make|use|write|say|put|give|change|replace|let) )/i, '')
                .replace(/,? instead\b/i, '')
            : words,
        },
      ];
    },
  ],
  [
    whole(
      `(?:leave|take|cut|drop|keep) (?:out )?(?:the )?(.+?)(?: (?:edit|step|change))?(?: out)(?: again)?`,
      `(?:leave out|skip|omit|disable|drop|exclude|undo|revert|take back|take out|forget|ignore|remove|delete|without|cut(?: out)?)(?: just| only)? (?:the |that |my )?(.+?) (?:edit|step|change|instruction|part)(?: (?:only|but keep .+|and keep .+|please))?`,
      String.raw`(?:leave out|skip|omit|disable|drop|exclude|undo|revert|take back|forget|without|remove|delete)(?: just| only)? (?:the )?((?:edit|step|change|number) ?#?\d+|(?:the )?\w+ (?:edit|step|change))(?: (?:only|but keep .+|and keep .+|please))?`,
      `(?:leave out|skip|omit|undo|revert|take back|forget(?: about)?|ignore)(?: just| only)? (?:the |that |my )?(.+?)(?: (?:only|but keep (?:.+)|and keep (?:.+)|please))?`,
      `(?:everything|all|the same|same)(?: else)?,? (?:but|except|just|only) (?:without|not|for) (?:the )?(.+?)(?: edit| step)?`,
    ),
    (scene, groups, text) => leftOut(scene, groups.slice(1).find((group) => group !== '')!, text),
  ],
  [
    whole(
      `(?:bring|put|take|get|give|add) (?:me )?(?:the |that |my )?(.+?)(?: edit| step)? (?:back|in again|back in|again)(?: (?:in|please|on|again))*`,
      `(?:use|apply|activate|do) (?:the |that |my )?(.+?) (?:edit|step|change) again`,
      `(?:bring back|re-?enable|enable|restore|include|take in|reinstate|put back|add back)(?: again)? (?:the |that |my )?(.+?)(?: edit| step| change)?(?: again| please)*`,
    ),
    (scene, groups) => takenIn(scene, groups.slice(1).find((group) => group !== '')!),
  ],
  // To another version.
  [
    whole(
      String.raw`(?:take|start with|start from|starting from|go with|continue with|from) (?:the|my|our) ([\w' -]{2,40})`,
    ),
    (scene, [, what]) => {
      const found = scene.contents.withAll(what!);
      const isCurrent = scene.session.current !== null && found.includes(scene.session.current);
      return found.length === 1 && !isCurrent ? [{ type: 'go-to', version: found[0]! }] : undefined;
    },
  ],
  [
    whole(
      `(?:in|on|for|from|start(?:ing)? (?:from|with|at)|begin(?:ning)? with|based on|with|take|using|at) ${REF}(?: (?:as (?:a |the )?(?:base|basis|start(?:ing point)?)))?`,
    ),
    (scene, [, ref]) => {
      const named = nameOf(ref!);
      return named && named.by !== 'content'
        ? goTo(scene, named)
        : named && scene.versionsOf(named).length > 0
          ? goTo(scene, named)
          : undefined;
    },
  ],
  [
    whole(
      `(?:branch(?: off| out)?|fork|start(?: over| again| fresh| anew| a new branch| another branch| from scratch)?|try (?:something (?:else|different|new)|again|another (?:way|direction|idea|branch)|a (?:different|new) (?:way|direction|idea|branch)|it differently)|(?:make|create|open|begin|start) (?:a |another )?(?:new |second )?branch|(?:a )?new branch|continue differently|go (?:a )?different(?:ly| way| direction)|a second way)(?: off| on)? (?:from|at|of|with|on|for|starting from|based on|out of) ${REF}(?: (?:again|instead|please))*`,
      `(?:from|at) ${REF},? (?:start|try|make|go) (?:a )?(?:new branch|something else|something different|over|again|another way|differently)`,
      `(?:branch|fork) ${REF}`,
    ),
    (scene, groups) => {
      const ref = groups.slice(1).find((group) => group !== '')!;
      return scene.about(nameOrContent(ref), (version) => [{ type: 'branch', version }]);
    },
  ],
  [
    whole(
      `(?:(?:go|switch|get|jump|return|come|take me|bring me|move|revert|reset|roll|change|scroll|let me go|turn|set it|put it|bring it)(?: (?:it|me|us|everything))? )?(?:(?:all the way )?back )?to (?:how it was |what it was |the way it was |when it was |where it was |where we were )?(.+?)(?: (?:again|please|now|instead))*`,
      `back to (.+)|back (before .+)|(?:go |undo |revert |rewind )?(?:to )?(?:right |just )?(before .+)|how it was (before .+)`,
    ),
    (scene, groups, text) => {
      const ref = groups.slice(1).find((group) => group !== '')!;
      const named = nameOf(ref);
      if (!named && !/back|return|revert|reset|roll/i.test(text)) return undefined;
      if (/^(?:change|turn|set|put|move)\b/i.test(text) && !named) return undefined;
      return goTo(scene, named ?? nameOrContent(ref.replace(/^when (?:it|there) (?:was|were) /i, '')));
    },
  ],
  [
    whole(
      `(?:show|open|select|choose|pick|use|take|view|see|display|activate|keep|prefer|work (?:on|with)|continue (?:with|from|on)|go on (?:with|from)|carry on (?:with|from)|go (?:with|for)|let me see|give me|i(?:'d| would)? (?:like|prefer|want|choose|take)(?: to (?:see|use|keep|go (?:with|back to)|continue with|take))?|i(?:'ll| will) (?:take|use|keep)|let'?s (?:use|take|keep|go (?:with|back to))|restore|start from|start with|look at|make (?=.* (?:active|current)))(?: me)?(?: again)? ${REF}(?: (?:better|more|best|again|back|please|instead|most|as it was|now|then|the active one|active|current|as the current one|from here|from there|on))*`,
      `${REF},? ?(?:(?:was|is|looks|looked) )?(?:(?:much |a lot |way |the )?(?:better|best|nicer|nicest|good|right one|prettier))?(?:,? (?:again|please|then|instead))*`,
      `(?:i )?(?:liked?|loved?|preferred) ${REF}(?: (?:better|more|best|most))*`,
    ),
    (scene, groups, text) => {
      const ref = groups.slice(1).find((group) => group !== '')!;
      const named = nameOf(ref);
      if (!named) return undefined;
      // "The red one" said alone is a version only where some version has it.
      if (
        named.by === 'content' &&
        scene.versionsOf(named).length === 0 &&
        !/^(?:show|open|select|choose|pick|view|see|display|activate|restore)/i.test(text)
      )
        return undefined;
      return goTo(scene, named);
    },
  ],
];

/** Two versions side by side, in the order of their numbers. */
function compared(scene: Scene, one: Named, other: Named): Plan {
  return scene.about(one, (first) =>
    scene.about(other, (second) =>
      first === second
        ? [scene.nothingThere()]
        : [{ type: 'compare', versions: [Math.min(first, second), Math.max(first, second)] }],
    ),
  );
}

/** The name of an edit in a sentence about edits. */
function editName(phrase: string): Named {
  const text = phrase
    .trim()
    .replace(/^(?:the |my |that )/i, '')
    .replace(/\b(?:edit|step|change)$/i, '')
    .trim();
  const digits = /^(?:(?:edit|step|change|number|version|v|@|#)\s?)*(\d+)$/i.exec(text);
  if (digits) return { by: 'number', version: Number(digits[1]) };
  const named = nameOf(phrase);
  return named && named.by !== 'content' ? named : { by: 'content', words: text };
}

function moved(scene: Scene, what: string, isBefore: boolean, other: string): Plan | undefined {
  const [edit] = scene.editsOf(editName(what));
  const place = editName(other);
  const [beside] = place.by === 'content' ? scene.editsOf(place) : scene.versionsOf(place);
  if (edit === undefined || beside === undefined || edit === beside) return undefined;
  if (!isBefore) return [{ type: 'move', edit, after: beside }];
  const from = scene.seen(beside)?.from;
  if (from === null || from === undefined) return undefined;
  // Behind the version that the other edit goes on from; where that is the moved edit itself, it stands there already.
  return from === edit ? undefined : [{ type: 'move', edit, after: from }];
}

function leftOut(scene: Scene, what: string, text: string): Plan | undefined {
  const named = editName(what);
  const saysEdit = /\b(?:edit|step|change)s?\b/i.test(text);
  const isEditWord = /^(?:remove|delete|take|cut|drop|keep|without)\b/i.test(text);
  if (isEditWord && !saysEdit && !/^(?:leave|take) .* out$/i.test(text)) return undefined;
  if (/^take\b/i.test(text) && !saysEdit) return undefined;
  const [edit] = scene.editsOf(named);
  if (edit !== undefined) return [{ type: 'leave-out', edit }];
  // Words of nothing that was ever edited are an edit of the picture, but for those that can only be about edits.
  return saysEdit || named.by !== 'content' ? [scene.nothingThere(named)] : undefined;
}

function takenIn(scene: Scene, what: string): Plan | undefined {
  const out = scene.session.versions.filter(({ state }) => state === 'disabled');
  const named = editName(what);
  const found =
    named.by === 'number'
      ? out.filter(({ version }) => version === named.version)
      : scene.contents.editsThatSay(what, out);
  const [disabled] = found;
  if (disabled) return [{ type: 'take-in', edit: disabled.version }];
  if (named.by !== 'content') return undefined;
  const { current, canRedo } = scene.session;
  const undone = scene.session.versions.filter(({ from }) => canRedo && from === current);
  if (scene.contents.editsThatSay(what, undone).length > 0) return [{ type: 'redo' }];
  // What a later edit took away comes back without that edit.
  const [removal] = scene.contents
    .editsThatSay(what, scene.edits)
    .filter(({ prompt }) =>
      /\b(?:remove|delete|erase|take (?:away|off)|get rid|lose|without|no)\b/i.test(prompt),
    );
  return removal && [{ type: 'leave-out', edit: removal.version }];
}
