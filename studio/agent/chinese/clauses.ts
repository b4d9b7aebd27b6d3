/** Chinese: where a message is cut into clauses, and the polite words around a clause. Pure. */

const ONLY_WHERE = /^(?:请|帮我)*(?:只|仅)(?:改|动|在|修改|换|对)[^，成为加]*$/u;
/** What is to stay, or a description that goes on, is part of the step before. */
const STAYS =
  /^(?:但|但是|不过|请|并)*(?:其他|其它|其余|别的|剩下)(?:的|地方|部分|东西)*(?:都|保持|不|别)|^(?:但|但是|不过|请|并)*(?:保持|保留|不要改|不要动|别动|别改)(?!.*(?:步|编辑|修改))/u;
const GOES_ON =
  /^(?:头上?|身上|手里|旁边|背景(?:是|为|有)|有|在|写|戴着|穿着|拿着|抱着|坐着|站着|写着|周围|后面|前面|天上|天空(?:是|有)|地上)/u;
const DRAWS = /^(?:请|帮我|给我|现在|重新|再|来)*(?:画|做|生成|绘制|创作|来|一|两|三)/u;

function belongsTo(before: string, part: string): boolean {
  if (/太.{1,4}了?$/u.test(before) || /^(?:不要|别要)/u.test(before))
    return /^(?:换成|改成|变成|放大|缩小|调|再|变|亮|暗|大|小|更|来)/u.test(part) || STAYS.test(part);
  if (/^(?:画成|合成|拼成|放在|放到)(?:同?一张|一起)/u.test(part)) return true;
  if (/^(?:请|帮我)*(?:保持|保留).{1,8}(?:不变|不动)?$/u.test(before)) return true;
  return STAYS.test(part) || (DRAWS.test(before) && GOES_ON.test(part));
}

/** What a step begins with. */
const STEP =
  '(?:(?:请|也|还|再|并且?|最后|同时|接着|然后|帮我|把它|顺便|另外)*(?:把|将|给|加|添|去掉|删|移除|拿掉|擦掉|换|替换|改|变|让|放(?!着)|移|涂|写(?!着)|画|戴(?!着)|穿(?!着)|撤销|重做|比较|对比|导出|下载|保存|重命名|回到|返回|停|生成|背景(?:换|改|变)|背景也|不要|去除|调|搜索|合并|恢复|跟(?=第|原|v|上)|选)|再(?:来|画|出|给我)\\S*(?:张|个|幅)|再用|我要(?:看|下载))';
const CUT = new RegExp(
  `\\s*[;；\\n。！!]+\\s*|[，,]?\\s*(?:然后再?|接着再?|之后再|随后|之后(?=跟|和|与|对比|比|加|再|把|变|改)|最后(?!一|的|那|张|两|几)再?|并且|同时)\\s*(?=${STEP}|.)|[，,](?=v\\d|@\\d|第[一二三四五\\d][张步个]|[一二三四五\\d]号)|[，,、]\\s*(?=${STEP}|[^，,。]{1,6}(?:改成|换成|变成|变为|换为))|(?<=[\\p{Script=Han}])(?:并|再)(?=(?:把|将|给(?!我)|加|添|去掉|换|改成|让|导出|下载|保存|撤销))`,
  'gu',
);
const POLITE_BEFORE =
  /^(?:(?:你好|您好|嗨|哈喽|好的?|嗯+|那么?|哦|啊|行|可以|谢谢|不错|很好|太好了|真好看|真棒|对了|不|不对|不是|等等|哎|喂)[，,！!。~\s]+|(?:请你?|麻烦你?|拜托|劳驾|帮我|帮忙|帮个忙|给我(?=把|将|加|换|改|去|画)|替我|能不能|可不可以|能否|可否|是否可以|你?(?:能|可以)(?=.*(?:吗|么)[？?]?$)(?:帮我|给我|替我|把)?|我想要?你?(?=把|将|加|换|改|去|让|画|给|变)|我要(?=把|将|加|换|改|去|让|画|给|变)|我希望|我们|不如|要不|咱们|试试|试着|现在(?=把|将|加|换|改|去|让|画|给)|那就|就(?=把|将|加|换|改|去)|也许|最好|先(?=把|将|加|换|改|去|撤|画|回)|直接|再帮我|如果(?=.*(?:怎么样|如何|呢)[？?]?$))\s*)+/u;
const POLITE_AFTER =
  /(?:[，,\s]*(?:好吗|行吗|可以吗|好不好|行不行|可以么|谢谢你?|多谢|吧|麻烦了|拜托了?|怎么样|如何|哦|呀|啊|呗|嘛|一下(?=$)))+[\s。！!？?～~]*$/u;
const ASKS =
  /(?:^|[，,])(?:你?(?:能|可以|能不能|可不可以|能否|可否)).*(?:吗|么)?[？?]?$|(?:好吗|行吗|可以吗|好不好|行不行|怎么样|如何)[？?]?$/u;

const WISHED =
  /^((?![你我您它这那]|模型|图|可以|能)[^，,？?]{1,6}?)(?:能不能|可不可以|可以|能)(?!画)((?:再|也|不|更|都)*(?:穿|戴|拿|坐|站|有|变|换|改|大|小|高|亮|暗|抱|骑|笑|飞|跑|躺|闭|睁|转|加|多|少|近|远|在|吃|举).+?)(?:吗|么)?[？?]?$/u;

/** The clauses of a message: each can be a step of its own. */
export function clausesOf(text: string): string[] {
  const parts = text
    .split(CUT)
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && /[\p{L}\p{N}\uE000-\uEFFF@？?]/u.test(part));
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

export function withoutPoliteness(clause: string): { text: string; asked: boolean } {
  let text = clause.trim();
  const asked = ASKS.test(text);
  for (let before = ''; before !== text && text !== ''; ) {
    before = text;
    text = text.replace(POLITE_BEFORE, '').replace(POLITE_AFTER, '').trim();
  }
  // "兔子可以戴帽子吗": a wish of what is in the picture.
  const wish = WISHED.exec(text);
  if (wish) return { text: `${wish[1]}${wish[2]}`, asked: true };
  if (asked) text = text.replace(/(?:吗|(?<!什)么)[？?]?$/u, '');
  return { text: text === '' ? clause.trim() : text, asked };
}
