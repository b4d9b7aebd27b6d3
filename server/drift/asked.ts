/**
 * What a message asks to change, as far as it decides what of the rest is to stay where and as it was. Careful: what is not plainly
 * one thing may change everything, since an alarm for what was asked is worse than none. Pure.
 */
export interface AskedChange {
  /** Colours, light or manner of the whole picture. */
  look: boolean;
  /** Where things stand, or how large they are. */
  places: boolean;
}

const LOOK =
  /\b(?:style|styled|look|background|backdrop|scene|weather|night|day|dawn|dusk|sunset|sunrise|snow\w*|rain\w*|storm\w*|fog\w*|winter|summer|spring|autumn|fall|brighter|darker|lighter|warmer|cooler|colou?r|black and white|monochrome|sepia|grayscale|greyscale|vintage|cartoon|realistic|photo\w*|sketch|painting|watercolou?r|line (?:art|drawing)|flat|3d|pixel|noto|vector|glossy|everything|whole|entire)\b|风格|画风|背景|天空|夜|晚|黄昏|日落|日出|雪|雨|雾|春|夏|秋|冬|亮|暗|颜色|黑白|卡通|写实|素描|水彩|油画|扁平|立体|线条|3D/iu;
/** Something new makes what is there make room, too. */
const PLACES =
  /\b(?:move|shift|place|put|add|insert|include|draw|give|swap (?:places|positions)|switch (?:places|positions)|swap .+ and|switch .+ and|exchange .+ and|bigger|larger|smaller|huge|tiny|enlarge|shrink|resize|zoom|closer|further|farther|crop|rotate|turn (?:around|left|right)|flip|mirror|tilt|center|centre|next to|beside|between|behind|above|below|left|right|top|bottom|corner|middle|sit|stand|lie|jump|run|fly|walk|dance|look (?:left|right|up|down))\b|移|挪|放|加|添|画|交换|互换|对调|放大|缩小|大一|小一|近|远|旋转|翻转|左|右|上方|下方|上面|下面|中央|中间|旁边|角落/iu;
/** "Put it on the water" is another picture, "move it to the top" is not. */
const MOVES =
  /\b(?:move|shift|add|insert|swap|switch|exchange|enlarge|shrink|bigger|larger|smaller)\b|移到|交换|互换|加上|添加|放大|缩小/iu;
/** Nothing has to make room for what goes. */
const TAKEN_OUT =
  /\b(?:remove|delete|erase|drop|get rid of|take (?:away|out|off)|cut out|without|lose)\b|^no\s|去掉|去除|移除|删除|删掉|拿掉|擦掉|不要/iu;
const EXCHANGED =
  /\b(?:replace|swap|exchange|substitute)\b.+\b(?:with|for|by)\b|\b(?:change|turn|make|convert|transform)\s+(?:the|this|that|my|its)\s+.+?\s+(?:(?:in)?to\s+)?(?:an?|the|one)\s|把.+(?:换成|变成|改成|替换成|替换为|换为)/iu;
const BACKGROUND = /\bbackground\b|背景/iu;
/** Words in the picture: what is written changes, and nothing else. */
const WRITING =
  /\b(?:text|words?|letters?|lettering|caption|title|writing|write|says?|reads?|spell\w*)\b|["“”「」『』]|文字|字样|写|标题/iu;

export function askedChange(prompt: string): AskedChange {
  if (WRITING.test(prompt)) return { look: BACKGROUND.test(prompt), places: false };
  const look = LOOK.test(prompt);
  if (TAKEN_OUT.test(prompt)) return { look, places: false };
  const places = PLACES.test(prompt);
  if (EXCHANGED.test(prompt)) return { look, places };
  return { look: look || !MOVES.test(prompt), places: true };
}
