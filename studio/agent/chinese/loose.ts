/**
 * Chinese commands that no exact rule holds, read by their words alone: what is said beside the words of a command, and beside the
 * name of a version, must be words that mean nothing by themselves. Pure.
 */
import type { Plan } from '../actions.ts';
import { describing, says } from '../contents.ts';
import { CHINESE_NUMBER, numberOf } from '../numbers.ts';
import type { Named, Scene } from '../scene.ts';
import { NAME, nameOf } from './names.ts';
import { isOnly } from './words.ts';

const NAMES = new RegExp(NAME, 'giu');
const DESCRIBED =
  /(?:(?:有|带|戴着?|穿着?|是|没有?)?[^，,。的和跟与把回到用看选]{1,10}(?:的那|那|的这|的)(?:张图片|张图|张|幅画|幅图|幅|个版本|个|版本|版)|没有?[^，,。]{1,8}的时候|[^，,。和跟与把回到用看选]{1,10}(?:之前|以前)的?(?:那张|样子|版本|那个版本|状态)?)/u;

interface At {
  named: Named;
  text: string;
}

function namesOf(text: string): At[] {
  return [...text.matchAll(NAMES)].flatMap((match) => {
    const named = nameOf(match[0]);
    return named ? [{ named, text: match[0] }] : [];
  });
}

function describedIn(scene: Scene, text: string): At | undefined {
  const found = DESCRIBED.exec(text)?.[0];
  const named = found && nameOf(found);
  return named && named.by !== 'place' && scene.versionsOf(named).length > 0
    ? { named, text: found }
    : undefined;
}

const COMPARE =
  /放(?:在)?一起(?:看|比|对比|瞧)|一起看|比较|对比|比一比|比一下|区别|差别|差异|不同之处|有什么不同|有什么不一样|哪里不一样|并排/u;
const UNDO =
  /撤销|撤回|撤消|回退|后退|退回|倒退|倒回|退一步|上一步|还原|恢复|取消(?:刚才|上|最后|这)|不要(?:刚才|这次|上次|最后)|(?:之前|以前|原来|刚才|原先)(?:的|那样|那个|那张)?(?:样子|效果|状态)?(?:更|比较|还)?(?:好|漂亮|顺眼|行)|(?:变|改|换|弄|恢复)回(?:去|来|原)|(?:像|跟|和)(?:之前|以前|原来|刚才)(?:那样|一样)|回到(?:之前|刚才|原来)|后悔/u;
const REDO =
  /重做|恢复撤销|取消撤销|前进|再恢复|撤销的(?:那?一?步)?(?:恢复|弄回|找回|要回)|(?:恢复|找回|要回)(?:刚才)?撤销的/u;
const STOP =
  /^(?:请|快|等等|等一下|算了|好了|先|那|不|麻烦|赶紧|哎|喂|[，,！!\s])*(?:停|停止|停下|取消|中止|终止|别画|不要画|不用画|别再画|打住|暂停|先别画|住手)/u;
const EXPORT = /导出|下载|保存|存成|存下来|备份|打包|存到/u;
const SEARCH =
  /搜索|搜一?下|搜|查找|检索|找一?下|找找|找出|(?:以前|之前|过去|曾经)(?:有没有)?画过|(?:其他|别的|所有|全部|以前的?)(?:会话|对话|记录)(?:里|中)/u;
const AS_ONE =
  /一次性|一次(?:做完|完成|应用|搞定)|一步(?:做完|完成|到位|搞定)|合(?:并|成|起来)?(?:为|成|到)?一(?:步|次|个)|合并(?:所有|全部|这些)?(?:的)?(?:修改|编辑|步骤)|并成一/u;
const EDIT_WORD = /步|步骤|编辑|修改|改动|操作/u;
const MORE_KEY =
  /再(?:来|画|给|生成|做|出|要|试|多)|重画|重来|重新(?:画|生成|来|做|试)|重试|变体|换一?[张个幅版]|另(?:外)?[一几两三四五]|多(?:来|画|给|生成)|不同(?:的)?(?:版本|样子|变体)|类似的|别的版本|其他版本/u;

/** What a message of several clauses asks for as a whole: another order of edits, other words of one, all as one. */
export function readWholly(scene: Scene, text: string): Plan | undefined {
  if (text.length > 60) return undefined;
  const isBusy = scene.session.underWay.length > 0;
  return (
    toMove(scene, text) ??
    toReword(scene, text) ??
    toApplyAsOne(scene, text) ??
    (namesOf(text).length >= 2 ? toCompare(scene, text) : undefined) ??
    (isBusy ? toStop(scene, text) : undefined)
  );
}

/** What the words of a command ask for; undefined where none is said, or something else is said beside it. */
export function readLoosely(scene: Scene, text: string): Plan | undefined {
  if (text.length > 60) return undefined;
  return (
    toStop(scene, text) ??
    toCompare(scene, text) ??
    toApplyAsOne(scene, text) ??
    toMove(scene, text) ??
    toReword(scene, text) ??
    toLeaveOut(scene, text) ??
    toUndo(scene, text) ??
    toExport(scene, text) ??
    toSearch(text) ??
    toVary(scene, text) ??
    toGo(scene, text)
  );
}

function toStop(scene: Scene, text: string): Plan | undefined {
  if (!STOP.test(text) || text.length > 16 || /取消(?:刚才|上|最后|第|加|那)|车|牌/u.test(text))
    return undefined;
  return scene.session.underWay.length > 0 ? [{ type: 'stop' }] : [{ type: 'answer', kind: 'status' }];
}

function toCompare(scene: Scene, text: string): Plan | undefined {
  if (!COMPARE.test(text)) return undefined;
  const named = namesOf(text).map((at) => at.named);
  if (named.length < 2)
    for (const side of text.replace(COMPARE, ' ').split(/和|与|跟|同|、|\s/u)) {
      const name = nameOf(side) ?? { by: 'content' as const, words: side };
      if (
        side.length > 1 &&
        name.by !== 'place' &&
        scene.versionsOf(name).length > 0 &&
        !namesOf(side).length
      )
        named.push(name);
    }
  const first = named[0] ?? ({ by: 'place', place: 'previous' } as const);
  const second = named[1] ?? ({ by: 'place', place: 'current' } as const);
  return scene.about(first, (a) =>
    scene.about(
      second,
      (b): Plan =>
        a === b ? [scene.nothingThere()] : [{ type: 'compare', versions: [Math.min(a, b), Math.max(a, b)] }],
    ),
  );
}

function toApplyAsOne(scene: Scene, text: string): Plan | undefined {
  if (!AS_ONE.test(text) || !EDIT_WORD.test(text) || /图片?合|张.*合/u.test(text)) return undefined;
  if (scene.edits.length === 0) return [scene.nothingThere()];
  const at = namesOf(text).find(
    ({ text: name }) => !/^第?一?(?:步|次)/u.test(name) && /@|v|第|图|最/iu.test(name),
  );
  return at
    ? scene.about(at.named, (from): Plan => [{ type: 'apply-as-one', from }])
    : [{ type: 'apply-as-one' }];
}

const ORDER_FILLERS =
  /把|将|那|这|一?步骤?|编辑|修改|操作|改动|先|做|放|移|挪|排|调|提|到|在|的|应该|要|我想|想|让|请|再|之?前面?|以前|之?后面?|以后|顺序|交换|调换|对调|互换|一下|吧|改成|成|了|加上?|换成?|变成?|进行|完成|才/gu;

function editIn(scene: Scene, phrase: string): number | undefined {
  const digits = new RegExp(`(?:第|v|@|版本|步骤)\\s?(${CHINESE_NUMBER})`, 'iu').exec(phrase)?.[1];
  if (digits) return scene.branch.find(({ version }) => version === numberOf(digits))?.version;
  if (/最后|最近|刚才/u.test(phrase)) return scene.edits.at(-1)?.version;
  const left = phrase.replace(ORDER_FILLERS, ' ').trim();
  if (left === '') return undefined;
  const wanted = describing(left);
  const brought = scene.contents.withAll(left);
  const scored = scene.edits
    .map(({ version, prompt }) => ({
      version,
      score: wanted.filter((word) => says(prompt, word)).length + (brought.includes(version) ? 0.5 : 0),
    }))
    .filter(({ score }) => score >= 1)
    .sort((one, other) => other.score - one.score || other.version - one.version);
  return scored[0] && scored[0].score > (scored[1]?.score ?? 0) ? scored[0].version : scored[0]?.version;
}

function toMove(scene: Scene, text: string): Plan | undefined {
  const sides =
    /^(.+?)(?:移到|放到|挪到|放在|移动到|提到|调到|排到|排在|应该在|安排在|改到|提前到|安排到|放)(.+?)(之?前面?|以前|之?后面?|以后)(?:去|做|执行|进行|吧)?$/u.exec(
      text,
    );
  const firstThen = /^(?:先|首先|应该先|我想先)(.+?)[，,]?(?:再|然后再?|之后再|才|后)(.+)$/u.exec(text);
  const order =
    /(?:交换|调换|对调|互换|换一下|颠倒|反过来|调整)/u.test(text) && /顺序|步|编辑|修改/u.test(text);
  if (sides) return moved(scene, editIn(scene, sides[1]!), editIn(scene, sides[2]!), /前/u.test(sides[3]!));
  if (
    firstThen &&
    (EDIT_WORD.test(text) ||
      (editIn(scene, firstThen[1]!) !== undefined &&
        editIn(scene, firstThen[2]!) !== undefined &&
        /先/u.test(text) &&
        scene.edits.length > 1 &&
        editIn(scene, firstThen[1]!)! > editIn(scene, firstThen[2]!)!))
  )
    return moved(scene, editIn(scene, firstThen[1]!), editIn(scene, firstThen[2]!), true);
  if (!order) return undefined;
  const parts = text
    .replace(/的?顺序.*$/u, '')
    .split(/和|与|跟/u)
    .map((part) => editIn(scene, part));
  const [one, other] = parts.length >= 2 ? parts : scene.edits.slice(-2).map(({ version }) => version);
  if (one === undefined || other === undefined) return undefined;
  return moved(scene, Math.max(one, other), Math.min(one, other), true);
}

function moved(
  scene: Scene,
  edit: number | undefined,
  beside: number | undefined,
  isBefore: boolean,
): Plan | undefined {
  if (edit === undefined || beside === undefined || edit === beside) return undefined;
  if (!scene.edits.some(({ version }) => version === edit)) return undefined;
  if (!isBefore) return [{ type: 'move', edit, after: beside }];
  const from = scene.seen(beside)?.from;
  return from === null || from === undefined || from === edit
    ? undefined
    : [{ type: 'move', edit, after: from }];
}

function toReword(scene: Scene, text: string): Plan | undefined {
  const match =
    /^(.*?(?:步|编辑|修改|提示词|指令|那句话?|描述|v\s?\d+|@\d+|版本\d+|第[一二三四五六七八九十\d]+(?:张|个版本|版)))(?:里|中)?(?:的[^，,。改换变写应]{0,8})?(?:[，,：:]|应该|换成|改成|改为|写成|变成|替换成|替换为|说成|不要|不是.+?而是|是)+(.+)$/iu.exec(
      text,
    );
  if (!match || !/改成|改为|换成|写成|替换|应该|而是|变成/u.test(text)) return undefined;
  if (!EDIT_WORD.test(match[1]!) && !/提示词|指令|描述|话/u.test(text)) return undefined;
  const edit = editIn(scene, match[1]!.replace(/把|将|里|中|的?(?:文字|提示词|描述|内容|指令|话)/gu, ''));
  if (edit === undefined) return undefined;
  return [
    {
      type: 'reword',
      edit,
      prompt: match[2]!
        .replace(/(?:吧|才对|就好|而不是.*)$/u, '')
        .replace(/^(?:改成|改为|换成|写成|应该是|应该|成|为)/u, ''),
    },
  ];
}

function toLeaveOut(scene: Scene, text: string): Plan | undefined {
  if (
    !/去掉|跳过|略过|忽略|不要|取消|撤销|撤回|删|省略|排除|禁用|拿掉|去除|不算|除了|抽掉|剔除/u.test(text) ||
    !EDIT_WORD.test(text)
  )
    return undefined;
  if (
    /(?:上一|刚才|最后一?|这一?)(?:步|次|个)/u.test(text) ||
    (new RegExp(`(?:最近|最后|前面)?${CHINESE_NUMBER}步$`, 'u').test(text.replace(/第/gu, '第第')) &&
      !/第/u.test(text))
  )
    return undefined;
  const what = text
    .replace(/[，,].*$/u, '')
    .replace(
      /去掉|跳过|略过|忽略|不要|取消|撤销|撤回|删除|删掉|删|省略|排除|禁用|拿掉|去除|不算|除了|抽掉|剔除|只/gu,
      '',
    );
  const edit = editIn(scene, what);
  return edit !== undefined && scene.edits.some(({ version }) => version === edit)
    ? [{ type: 'leave-out', edit }]
    : undefined;
}

function toUndo(scene: Scene, text: string): Plan | undefined {
  if (REDO.test(text) && isOnly(text, /重做|恢复|撤销|取消|前进|找回|要回|步/gu))
    return scene.session.canRedo ? [{ type: 'redo' }] : [scene.nothingThere()];
  if (!UNDO.test(text)) return undefined;
  const [name] = namesOf(text).filter(({ text: each }) => /@|v|第/iu.test(each));
  if (name) return scene.about(name.named, (version): Plan => [{ type: 'go-to', version }]);
  if (
    !isOnly(
      text,
      /撤销|撤回|撤消|回退|后退|退回|倒退|倒回|退|上|还原|恢复|取消|最后|原来|原先|之前|以前|后悔|点|修改|编辑|操作|改动|最近|\d+|[一二两三四五六七八九十]+|那样|一样|像/gu,
    )
  )
    return undefined;
  const amount = new RegExp(`(${CHINESE_NUMBER})(?:步|次)`, 'u').exec(
    text.replace(/[上这那后]一[步次]|一步/gu, ''),
  )?.[1];
  const times = amount ? numberOf(amount) : undefined;
  if (!scene.session.canUndo) return [scene.nothingThere()];
  return [{ type: 'undo', ...(times && times > 1 && { times }) }];
}

function toExport(scene: Scene, text: string): Plan | undefined {
  if (!EXPORT.test(text) || /怎么|如何|哪里/u.test(text)) return undefined;
  if (scene.session.versions.length === 0) return [scene.nothingThere()];
  if (/会话|对话|全部|所有|整个|聊天|项目|都|备份|打包/u.test(text))
    return [{ type: 'export', what: 'session' }];
  const at =
    namesOf(text).find(({ text: name }) => !/^(?:这|当前|现在)/u.test(name)) ??
    describedIn(scene, text.replace(EXPORT, ' '));
  return at
    ? scene.about(at.named, (version): Plan => [{ type: 'export', what: 'picture', version }])
    : [{ type: 'export', what: 'picture' }];
}

function toSearch(text: string): Plan | undefined {
  if (!SEARCH.test(text) || /^(?:画|生成)/u.test(text)) return undefined;
  const query = text
    .replace(
      /(?:在|从)?(?:其他|别的|所有|全部|以前的?|历史)(?:的)?(?:会话|对话|记录|图片)(?:里面?|中)?/gu,
      ' ',
    )
    .replace(
      /搜索|搜一?下|搜|查找|检索|找一?下|找找|找出来?|找|(?:以前|之前|过去|曾经)?(?:有没有)?画过|请|帮我|我|你|所有|全部|以前|之前|关于|有没有|一下|的?(?:图片|图|画|会话|记录|作品)|吗|吧|过|的$/gu,
      ' ',
    )
    .trim();
  return query === '' ? undefined : [{ type: 'search', query }];
}

function toVary(scene: Scene, text: string): Plan | undefined {
  if (!MORE_KEY.test(text)) return undefined;
  const at = namesOf(text).find(({ text: name }) => !/^(?:这|当前|现在)/u.test(name));
  const left = at ? text.replace(at.text, '') : text;
  if (
    !isOnly(
      left,
      new RegExp(
        `画|生成|出|试|遍|多|另外?|外|别|其他|同样?|不同|不一样|一样|类似|相似|差不多|像|几|${CHINESE_NUMBER}|变体|种|随机|重|照|按|根据|风格`,
        'gu',
      ),
    )
  )
    return undefined;
  if (!scene.hasPicture && scene.session.versions.length === 0) return [scene.nothingThere()];
  const amount = new RegExp(`(${CHINESE_NUMBER}|几)(?:张|个|种|幅|版)`, 'u').exec(
    left.replace(/换一[张个]|一下/gu, ''),
  )?.[1];
  const count = amount === '几' ? 3 : amount === '一' ? undefined : amount ? numberOf(amount) : undefined;
  const more = { ...(count && { count }) };
  return at
    ? scene.about(at.named, (version): Plan => [{ type: 'vary', of: { version }, ...more }])
    : [{ type: 'vary', ...more }];
}

const CHANGES = /加|换成|改成|变成|去掉|删|移|涂|画|写|让|把|给|戴上|穿上|调/u;
const GOES = /还是|更喜欢|回到|返回|看看?|打开|切换|显示|选|要回|用回|跳到|转到|去|退回|恢复到/u;

/** A version by what is in it, beside nothing but words of going there. */
function toContent(scene: Scene, text: string): Plan | undefined {
  if (!GOES.test(text) || CHANGES.test(text.replace(GOES, ''))) return undefined;
  const left = text
    .replace(
      /还是|更喜欢|回到|返回|切换到?|跳到|转到|用回|要回|退回到?|恢复到?|打开|显示|的?照片|的?图片?|的?版本|那里|好看|更?好|看看?|选|吧|了$/gu,
      ' ',
    )
    .trim();
  if (left === '') return undefined;
  const found = scene.contents.withAll(left);
  if (found.length === 0) return undefined;
  if (found.length === 1) return [{ type: 'go-to', version: found[0]! }];
  return [scene.whichPicture(found, (version) => [{ type: 'go-to', version }])];
}

function toGo(scene: Scene, text: string): Plan | undefined {
  const names = namesOf(text);
  const at = names.length === 1 ? names[0] : names.length === 0 ? describedIn(scene, text) : undefined;
  if (/风格|画风|一样/u.test(text)) return undefined;
  if (!at) return toContent(scene, text);
  const left = text.replace(at.text, '');
  if (!isOnly(left, /返回|切换?|跳|转|恢复|采用|保留|满意|原来|顺眼|开始|分支|为准|基础/gu)) return undefined;
  const isFresh = /分支|重新开始|从.*开始|换个/u.test(left) && /从|以|基于/u.test(left);
  return scene.about(
    at.named,
    (version): Plan => [isFresh ? { type: 'branch', version } : { type: 'go-to', version }],
  );
}

const COMMAND_WORD =
  /撤销|撤回|回退|重做|版本|会话|对比|比较|下载|导出|改名|重命名|上一[张步]|编辑|步骤|变体|布局|构图|种子|取消|第[一二三四五六七八九十\d]+[步张]|v\d|最后一[步张]/iu;
const SURE_EDIT = /^(?:请|再|也|还|帮我)*(?:加|添|写|画|给它|把(?!第|v|上一|最))/u;

/** Whether a text that would be drawn sounds like a command that was not understood: then it is asked about. */
export function soundsLikeCommand(text: string): boolean {
  return COMMAND_WORD.test(text) && !SURE_EDIT.test(text);
}
