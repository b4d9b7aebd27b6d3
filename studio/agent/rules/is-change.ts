/** Whether words say a change of a picture: nothing is drawn without a sign of it. Pure. */
import { referencesIn, V } from '../clause.ts';
import { isOfEdits, type Said } from './rule.ts';

/** Verbs of changes: with nothing there they are about nothing. */
export const CHANGE = {
  en: /^(?:(?:now|then|please|also|and|just|only) )*(?:add|remove|delete|erase|replace|swap|exchange|change|turn|recolou?r|colou?r|move|take (?:away|off|out)|get rid|lose|make (?:it|this|that|him|her|them|the|everything)|give (?:it|him|her|them|the)|put (?:it|him|her|them|the)|paint (?:it|him|her|them|the)|set|switch|convert|transform|darken|brighten|enlarge|shrink|rotate|flip|mirror|crop|blur|sharpen|zoom|let (?:it|him|her|them|the)|draw (?:it|this|that|them)|have (?:it|him|her|them|the)|without|keep|use|dress|tilt|insert|include|cover|fill|bigger|smaller|darker|brighter|more|less|no )\b/i,
  zh: /^(?:请|现在|然后|再|也|还|只|帮我)*(?:加上?|添加?|添上|去掉|删|移除|拿掉|擦掉|换成?|替换|改成?|改|变成?|把|将|给它|给他|给她|让它|调|放大|缩小|旋转|翻转|背景|移到|移动|涂|不要|去除|更|变|戴上?|穿上?)/u,
} as const;

/** The clause begins with the picture that is changed: "in v2, …", "take the first and …", "the third one but with …". */
export const LEAD = new RegExp(
  `^(?:(?:please|now|then|and|but|again|keep|i (?:want|like|liked|prefer)|let's|can (?:i|we) have) )*(?:in|on|for|from|start(?:ing)? (?:from|with|over from)|i'd (?:like|love|prefer)|i would like|begin with|take|use|using|edit|with|based on|back to|go back to|change|at|to|go to|keep|continue with|return to|pick|choose|select|modify|open|show(?: me)?|over)? ?${V}(?: (?:again|as (?:the )?(?:base|basis|starting point)))?(?:\\s*[,:;.-]+\\s*|,? (?:and|but)(?: (?:then|now|please|with))? | (?=(?:make|add|put|give|remove|replace|change|at night|in |with |without |should|needs?|must|could|wearing|holding|on |as |write|draw|paint|turn|swap|darker|brighter|bigger|more|instead|to |gets?|wears?|it |there |the |his |its |all |everything |wants? ))) *(.+)$`,
  'iu',
);
/** The same in Chinese. */
export const LEAD_ZH = new RegExp(
  `^(?:在|把|给|用|对|从|让|将|以|要|选|回到|拿|打开|就)*${V}(?:的基础上?|为基础|照片|图片|图|里面?|中|上面?|上|开始|那张|这张)*(?:里|上)?[，,：:]?(?:再|也|来|并|但是?|不过)?(.+)$`,
  'u',
);

const VERB =
  'add|remove|delete|erase|replace|swap|exchange|change|turn|recolou?r|colou?r|move|take (?:away|off|out|the)|get rid|lose|make|give|put|paint|set|switch|convert|transform|darken|brighten|lighten|enlarge|shrink|rotate|flip|mirror|crop|blur|sharpen|zoom|let|draw|have|dress|tilt|insert|include|cover|fill|write|place|raise|lower|increase|decrease|reduce|soften|clean up|straighten|hide|extend|surround|decorate|light|shift|keep|use|bring|open|close|grow|stretch|drop|wrap|melt|sprinkle|scatter|hang|attach|tie|fix the|correct the|smooth|tone down|dim|widen|narrow|lengthen|shorten|thicken|style|render|restyle|redraw|leave|show|render|age|simplify|separate|fade|cut off|cut|trim|shave|repaint|redo|spread|throw in|stick|glue|pull|push|drag|point|face|lift|build|plant|wet|dry|freeze|burn|shine|sketch|frame|center|centre|adjust|tint|warm up|cool down|pose|fly|sit|combine|try|go|only|just';
const SAYS_VERB = new RegExp(
  `^(?:(?:please|now|then|also|and|just|only|finally|next|maybe|instead|still|i need you to|rather) )*(?:${VERB})\\b`,
  'i',
);
/** How something is or should be: "the sky should be darker". */
const STATES =
  /^(?:(?:but|and|also|now|then|maybe|i (?:think|wish|want|need|would (?:like|love|prefer)|'d (?:like|love|prefer)|feel|said|meant|asked for)(?: that)?|i'd (?:like|love|prefer|rather)(?: have| see)?|we need|can|could|should|would|may|must|shall) )*(?:the|its|his|her|their|a|an|some|all|every|both|everything|it|he|she|they|there|this|that|one|two|three|these|those|no|more|less|bigger|smaller|darker|him|them|my|only)\b/i;
const STATE_VERB =
  /\b(?:should|needs?|must|could|would|can|has to|have to|ought|too|is|are|was|were|isn't|aren't|looks?|missing|be|not|wear(?:s|ing)?|hold(?:s|ing)?|become|becomes|instead|with|without|in|on|at|to|up|down)\b/i;
/** Words of what changes nothing by itself: who speaks, and what the studio has. */
const META =
  /\b(?:undo|undid|redo|revert|rollback|versions?|sessions?|chat|conversation|compare|comparison|download|export|rename|previous|earlier|edits?|variations?|layout|composition|cancel|step \d+|regenerate|upload|save|prompt|seed|history|gallery|model|you|your|yourself|i'm|i am|i've|i have|i was|i did|i just|me to|remember|wonder|idea|question|answer|bug|error|works?|working|delete everything|favou?rite|cuter|cooler|vote|files?|png|hard disk|hard drive|computer|drawings|messages?|branch(?:es)?|pull up|scrap that|hold it|greetings|howdy|partner)\b/i;
const SESSION =
  /撤销|撤回|回退|重做|版本|会话|对比|比较(?!大|小|亮|暗)|下载|导出|改名|重命名|上一[张步]|编辑|步骤|变体|布局|构图|种子|取消|第[一二三四五六七八九十\d]+[步张]|v\d|最后一[步张]|那一?步|这一?步|最开始|一开始|最初|原来的|退回|还是要|模型|你(?!看)|修改|刚才|刚刚|之前/iu;
const FEELS =
  /^(?:i|i'm|i am|im|we|you|that|this|it)(?:'s| is| was| are)?\b(?!.*\b(?:too|should|needs?|must|could|would|more|less|bigger|smaller|missing|want|wish|need|like|love|prefer|\w+er)\b)/i;

const IS_SO =
  /^[\w ]{2,20} (?:is|are|looks?) (?:fine|good|ok|okay|great|nice|perfect|alright)$|^(?:the|its|his|her|their|my|that|these|those|this) (?:[\w-]+ ){1,4}?(?:is|are|was|were|looks?|looked|seems?|has|isn't|aren't|doesn't|don't)\b(?! (?:too|missing|to be|supposed)\b)(?!.*\b(?:should|needs?|must|instead|now|but|too|could|would)\b)/i;
/** What is done by these verbs is no change of a picture. */
const NO_CHANGE_VERB =
  /^(?:(?:please|now|then|just|also|and) )*(?:hurry|wait|come|listen|look at|think|guess|remember|check|ask|answer|talk|speak|say|call|help|teach|learn|read|count|find|play|buy|order|send|e-?mail|book|pay|vote|choose|pick|select|stay|stick|continue|proceed|resume|return|jump|hop|head|fetch|revisit|restore|reopen|load|display|list|mention|describe|explain|summari[sz]e|recap|start|begin|finish|end|quit|pause|postpone|ignore|apply|reorder|rearrange|sort|group|merge|split|link|duplicate|clone|rename|tag|share|post|print|publish|export|import|upload|back ?up|archive|stop|cancel|abort|halt|enough|no more|undo|redo|revert|compare|download|search|show me|let me|let's (?:see|go|stop|talk))\b/i;
/** … but of what a thing has, or of a thing somewhere: "load its back", "start a fire next to it". */
const OF_ITS =
  /^\w+ (?:its|his|her|their|it an?|him an?|her an?|it with|it from) |^\w+ an? [\w ]+ (?:on|next to|in|under|over|behind|above|beside|around) /i;
/** Words of the session that no picture has. */
const OF_SESSION =
  /\b(?:versions?|sessions?|edits|the [\w ]+ (?:edit|step)|steps? \d+|undo|redo|variations?|(?:last|previous|earlier|first|second|third) (?:edit|step|change|message|instruction|version)|prompt|in the order|it (?:was|were|used to|looked)|things? (?:was|were)|(?:it|that|this|everything) back$|like before|as before|the ones? (?:with|where|that|from|before|after|which|we|i|you)|the other (?:one|version|picture|branch)|(?:i|we|you) (?:had|made|did|drew|saw|got|started|liked|preferred|loved)|(?:get|come|switch) back)\b/i;
/** A version taken as it is: "use the second one from now on". */
const CHOSEN =
  /^(?:(?:please|now|then|i'll|let's|just) )*(?:keep|use|take|give me|have|bring|get|try|go|open|show|leave|make|set) [\uF000-\uF0FF](?:,? (?:it|from|as the (?:current|active|main)|the (?:current|active|main)|active|current|now|again|for|because|since|please|here|this time|that)\b.*)?$/iu;
const SIGN_ZH =
  /[加添换改变去删移涂写画让放戴穿调更点些色夜晚昼雪雨大小亮暗高低远近多少冬夏春秋把给成不没有在海山树花云月星光草水火风飞跑坐站笑睡左右上下里中停冒围插系飘开满吐铺挂拿举骑抱背长短胖瘦新旧红橙黄绿青蓝紫黑白灰粉金银别太要来张变暖冷躺趴打撑露闭睁翻转平静扮]|背景|风格|白天|手绘|水彩|素描|卡通|照片|[a-z]{3,}/iu;
const SURE_ZH =
  /^(?:请|再|也|还|帮我)*(?:加|添|写|画(?!得|完|了)|给它|把(?!第|v|上一|最)|换成|改成|变成|让)/u;

/** Whether words can be a change of a picture: a verb of changing, or how something is to be. Anything else is asked about. */
export function isChange({ clause, text, scene }: Said): boolean {
  const bare = text.replace(new RegExp(V, 'gu'), 'it');
  if (clause.language === 'zh' && new RegExp(V, 'u').test(text)) {
    const lead = LEAD_ZH.exec(text);
    const rest = lead?.[1] ?? '';
    if (isOfEdits(clause) && !/^(?:在|从)/u.test(text)) return false;
    if (!lead && !SURE_ZH.test(bare) && !/[像跟和]/u.test(text)) return false;
    if (
      lead &&
      !/[加添换改变去删移涂写画放戴穿调更点色雪雨大小亮暗高低远近多少]|[\u4e00-\u9fff]{3,}/u.test(rest)
    )
      return false;
    if (
      /更|最|喜欢|好看/u.test(rest) &&
      !/[加添换改变去删移涂写画放戴穿调]|更?[大小亮暗高低长短红绿蓝黄]/u.test(rest)
    )
      return false;
  }
  if (clause.language === 'zh')
    return (
      !(SESSION.test(bare) && !SURE_ZH.test(bare)) && (SIGN_ZH.test(bare) || scene.withoutSaid(bare) !== bare)
    );
  if (
    isOfEdits(clause) &&
    !/^(?:(?:on|from|to|with|based on|use|take) )?[\uF000-\uF0FF]\W* (?:add|put|give|remove|make|change)\b|^(?:add|put|give|remove|make|change|paint|draw)\b.*\b(?:on|to|in|from) [\uF000-\uF0FF]$/iu.test(
      text,
    ) &&
    clause.language === 'en'
  )
    return false;
  // What is said about a version is no change of it.
  if (
    /^[\uF000-\uF0FF],? (?:is|was|looks?|looked|it is|seems?)\b(?!.* (?:too|but|should|needs?)\b)/iu.test(
      text,
    )
  )
    return false;
  if (
    /\b(?:better|nicer|prettier|best|favou?rite|liked|preferred)\b/i.test(text) &&
    !/\b(?:would|should|could|if|needs?|make|more|with an?|give|look better)\b/i.test(text)
  )
    return false;
  const lead = LEAD.exec(text);
  if (lead && referencesIn(clause, text)[0]!.versions.length > 0 && !META.test(lead[1]!)) return true;
  if (
    /^(?:an? )?(?!(?:previous|old|other|this|that|last|next|the|another|new|first)\b)[\w-]+ version$/i.test(
      bare,
    )
  )
    return true;
  if (new RegExp(V, 'u').test(text) && !SAYS_VERB.test(bare) && !STATES.test(bare)) return false;
  if (
    (NO_CHANGE_VERB.test(bare) && !OF_ITS.test(bare)) ||
    OF_SESSION.test(bare.replace(/\b(?:write|saying|says|reading|sign|words?)\b.*/i, ' '))
  )
    return false;
  if (CHOSEN.test(text)) return false;
  const around = /\b(?:before|after) (?:the |adding |making |changing |you |we |i )?(.+)$/i.exec(bare)?.[1];
  if (
    around !== undefined &&
    scene.edits.length > 1 &&
    scene.editsOf({ by: 'content', words: around }).length > 0
  )
    return false;
  if (SAYS_VERB.test(bare))
    return !/^(?:show|go|open|try|use|leave|only|just|have|redo|separate)\b/i.test(bare) || !META.test(bare);
  if (/^(?:i (?:was hoping for|hoped for|imagined|meant|pictured|was thinking of))\b/i.test(bare))
    return true;
  if (
    /^(?:an? )?(?!(?:previous|old|other|this|that|last|next|the|another|new|first)\b)[\w-]+ version$/i.test(
      bare,
    )
  )
    return true;
  if (META.test(bare)) return false;
  if (/^(?:skip|ditch|pull up|get me|look)\b/i.test(bare)) return false;
  if (
    /^(?:kill|info|tell|show|see|open|view|wipe|reorder|let's see|let me see|jump|display|load|explain|describe|what|which|who|why|how|do you|are you|is it)\b/i.test(
      bare,
    )
  )
    return false;
  // How a thing is: a complaint or a remark, no wish.
  if (IS_SO.test(bare) && !/\b(?:should|needs?|must|could|would|can)\b/i.test(bare) && !clause.asked)
    return false;
  if (STATES.test(bare) && STATE_VERB.test(bare) && !FEELS.test(bare)) return true;
  if (FEELS.test(bare)) return /\b(?:too|missing)\b/i.test(bare);
  if (/^(?:i|we|you)\b/i.test(bare))
    return (
      /\b(?:want|wish|need|like|love|prefer|meant|said|would|rather)\b/i.test(bare) &&
      bare.split(/\s+/).length > 2
    );
  return true;
}
