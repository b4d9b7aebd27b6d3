/** Chinese: where a message is cut into clauses, and what each of them means. Pure. */
import type { Plan } from '../actions.ts';
import { firstOf } from '../rules.ts';
import type { Scene } from '../scene.ts';
import { COMMANDS } from './commands.ts';
import { readDrawing, readSettings } from './drawings.ts';
import { readLoosely, readWholly } from './loose.ts';
import { DECLINED, looseTalk, otherQuestion, QUESTIONS, SMALL_TALK } from './talk.ts';

const ONLY_WHERE = /^(?:请|帮我)*(?:只|仅)(?:改|动|在|修改|换|对)[^，成为加]*$/u;
/** What is to stay, or a description that goes on, is part of the step before. */
const STAYS =
  /^(?:但|但是|不过|请|并)*(?:其他|其它|其余|别的|剩下)(?:的|地方|部分|东西)*(?:都|保持|不|别)|^(?:但|但是|不过|请|并)*(?:保持|保留|不要改|不要动|别动|别改)(?!.*(?:步|编辑|修改))/u;
const GOES_ON =
  /^(?:头上?|身上|手里|旁边|背景(?:是|为|有)|有|在|戴着|穿着|拿着|抱着|坐着|站着|写着|周围|后面|前面|天上|天空(?:是|有)|地上)/u;
const DRAWS = /^(?:请|帮我|给我|现在|重新|再|来)*(?:画|生成|绘制|创作|来|一|两|三)/u;

function belongsTo(before: string, part: string): boolean {
  if (/太.{1,4}了?$/u.test(before) || /^(?:不要|别要)/u.test(before))
    return /^(?:换成|改成|变成|放大|缩小|调|再|变|亮|暗|大|小|更|来)/u.test(part) || STAYS.test(part);
  return STAYS.test(part) || (DRAWS.test(before) && GOES_ON.test(part));
}

/** What a step begins with. */
const STEP =
  '(?:(?:请|也|还|再|并且?|最后|同时|接着|然后|帮我|把它|顺便|另外)*(?:把|将|给|加|添|去掉|删|移除|拿掉|擦掉|换|替换|改|变|让|放(?!着)|移|涂|写(?!着)|画|戴(?!着)|穿(?!着)|撤销|重做|比较|对比|导出|下载|保存|重命名|回到|返回|停|生成|背景(?:换|改|变)|背景也|不要|去除|调|搜索|合并|恢复))';
const CUT = new RegExp(
  `\\s*[;；\\n。！!]+\\s*|[，,]?\\s*(?:然后再?|接着再?|之后再|随后|最后(?!一|的|那|张|两|几)再?|并且|同时)\\s*(?=${STEP}|.)|[，,、]\\s*(?=${STEP}|[^，,。]{1,6}(?:改成|换成|变成|变为|换为))|(?<=[\\p{Script=Han}])(?:并|再)(?=(?:把|将|给|加|添|去掉|换|改成|让|导出|下载|保存|撤销))`,
  'gu',
);
const POLITE_BEFORE =
  /^(?:(?:你好|您好|嗨|哈喽|好的?|嗯+|那么?|哦|啊|行|可以|谢谢|不错|很好|太好了|真好看|真棒|对了|不|不对|不是|等等|哎|喂)[，,！!。~\s]+|(?:请你?|麻烦你?|拜托|劳驾|帮我|帮忙|帮个忙|给我(?=把|将|加|换|改|去|画)|替我|能不能|可不可以|能否|可否|是否可以|你?(?:能|可以)(?=.*(?:吗|么)[？?]?$)(?:帮我|给我|替我|把)?|我想要?你?(?=把|将|加|换|改|去|让|画|给|变)|我要(?=把|将|加|换|改|去|让|画|给|变)|我希望|我们|不如|要不|咱们|试试|试着|现在(?=把|将|加|换|改|去|让|画|给)|那就|就(?=把|将|加|换|改|去)|也许|最好|先(?=把|将|加|换|改|去|撤|画|回)|直接|再帮我|如果(?=.*(?:怎么样|如何|呢)[？?]?$))\s*)+/u;
const POLITE_AFTER =
  /(?:[，,\s]*(?:好吗|行吗|可以吗|好不好|行不行|可以么|谢谢你?|多谢|吧|麻烦了|拜托了?|怎么样|如何|哦|呀|啊|呗|嘛|一下(?=$)))+[\s。！!？?～~]*$/u;
const ASKS =
  /(?:^|[，,])(?:你?(?:能|可以|能不能|可不可以|能否|可否)).*(?:吗|么)?[？?]?$|(?:好吗|行吗|可以吗|好不好|行不行|怎么样|如何)[？?]?$/u;

/** The clauses of a message: each can be a step of its own. */
export function clausesOf(text: string): string[] {
  const parts = text
    .split(CUT)
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && /[\p{L}\p{N}\uE000-\uF8FF@？?]/u.test(part));
  // "只改左边那只，变成白色": where to change, and what.
  const clauses: string[] = [];
  for (const part of parts) {
    const before = clauses.at(-1);
    const isOne = before !== undefined && (ONLY_WHERE.test(before) || belongsTo(before, part));
    if (isOne) clauses[clauses.length - 1] = `${before}，${part}`;
    else clauses.push(part);
  }
  return clauses;
}

function withoutPoliteness(clause: string): { text: string; asked: boolean } {
  let text = clause.trim();
  const asked = ASKS.test(text);
  for (let before = ''; before !== text && text !== ''; ) {
    before = text;
    text = text.replace(POLITE_BEFORE, '').replace(POLITE_AFTER, '').trim();
  }
  if (asked) text = text.replace(/(?:吗|么)[？?]?$/u, '');
  return { text: text === '' ? clause.trim() : text, asked };
}

/** What a whole message is where it is no list of steps. */
export function readTalk(scene: Scene, message: string): Plan | undefined {
  const text = message.replace(/[\s。.！!？?，,~～]+$/u, '').trim();
  const asked = text.replace(/^(?:你好|您好|嗨|哈喽|请问|那|嗯|好的?)[，,！!。\s]*(?=.)/u, '');
  return (
    firstOf(SMALL_TALK, scene, text) ??
    firstOf(DECLINED, scene, asked) ??
    firstOf(QUESTIONS, scene, asked) ??
    looseTalk(asked)
  );
}

/** Orders of edits are said in one sentence of several clauses. */
export function readOrder(scene: Scene, message: string): Plan | undefined {
  return readWholly(
    scene,
    message.replace(/^(?:请|麻烦你?|帮我|我想)+/u, '').replace(/[\s。.！!；;，,？?]+$/u, ''),
  );
}

/** The steps of one clause. */
export function readClause(scene: Scene, clause: string): Plan {
  const { text, asked } = withoutPoliteness(clause);
  const plain = text.replace(/[\s。.！!；;，,]+$/u, '');
  const bare = plain.replace(/[\s？?]+$/u, '');
  const talk = firstOf(DECLINED, scene, bare) ?? firstOf(SMALL_TALK, scene, bare);
  if (talk) return talk;
  const command = firstOf(COMMANDS, scene, bare);
  if (command) return onlyWhereThere(scene, command);
  const special = readSettings(scene, bare) ?? readLoosely(scene, bare);
  if (special) return onlyWhereThere(scene, special);
  const question = asked ? undefined : otherQuestion(scene, plain);
  if (question) return question;
  return readDrawing(scene, bare);
}

function onlyWhereThere(scene: Scene, plan: Plan): Plan {
  const [action] = plan;
  const { canUndo, canRedo, versions } = scene.session;
  if (action?.type === 'undo' && !canUndo) return [scene.nothingThere()];
  if (action?.type === 'redo' && !canRedo) return [scene.nothingThere()];
  if (action?.type === 'export' && versions.length === 0) return [scene.nothingThere()];
  return plan;
}
