/** Words of one language for words of the other, so that a Chinese message finds what an English one has made. Pure. */
import { CHINESE_THINGS, ENGLISH_THINGS } from '../reading/things.ts';

/** What people say of pictures that is no thing: colours, times, weather, places, and things that the list of things names otherwise. */
const ROWS = `red=红色/红, orange=橙色/橙, yellow=黄色/黄, green=绿色/绿, teal/cyan/turquoise=青色, blue=蓝色/蓝, purple/violet=紫色/紫, pink=粉色/粉红色/粉, brown=棕色/褐色, gray/grey=灰色/灰, white=白色/白, black=黑色/黑, gold/golden=金色/金, silver=银色,
night/dark=晚上/夜晚/夜里/夜景/黑夜/夜, day=白天, morning=早上/早晨, evening=傍晚, sunset=日落/夕阳/黄昏, sunrise=日出, winter=冬天/冬季, summer=夏天, spring=春天, autumn/fall=秋天, snow=雪/下雪, rain=雨/下雨, wind=风, fog=雾, star=星星/星空, sky=天空,
background=背景, hill=山坡/山丘/小山, mountain=山/高山, meadow/grass=草地, garden=花园, sea/ocean=大海/海/海上/海边, beach=海滩/沙滩, forest=森林, city=城市, street=街道, room=房间, table=桌子/桌, space=太空,
word=字/单词/词/文字, letter=字母, poster=海报, text=文字, hat=帽子/帽, scarf=围巾, bow tie/tie=领结, cup=杯子/茶杯/杯, teapot=茶壶, boat/sailboat=船/小船/帆船, house=房子/屋子/小屋/房屋, tree=树, lighthouse=灯塔, lantern=灯笼, balloon=气球, robot=机器人, castle=城堡, dragon=龙/恐龙, rabbit=兔子/小兔子/兔,
fox=狐狸, owl=猫头鹰, cat=猫/小猫/猫咪, dog=狗/小狗, crown=皇冠, glasses=眼镜, umbrella=伞/雨伞, moon=月亮, sun=太阳, cloud=云, flower=花, welcome=欢迎, hello=你好, big/bigger=大, small/smaller=小`;

const ENGLISH = new Map<string, string[]>();
const CHINESE = new Map<string, string[]>();
for (const row of ROWS.split(/,\s*/)) {
  const [english, chinese] = row
    .trim()
    .split('=')
    .map((names) => names.split('/')) as [string[], string[]];
  for (const name of english) ENGLISH.set(name, [...(ENGLISH.get(name) ?? []), ...chinese]);
  for (const name of chinese) CHINESE.set(name, [...(CHINESE.get(name) ?? []), ...english]);
}

/** The names of the same in the other language; none for a word that is not known. */
export function otherNames(word: string): readonly string[] {
  if (/\p{Script=Han}/u.test(word)) return CHINESE.get(word) ?? CHINESE_THINGS.get(word)?.en ?? [];
  return ENGLISH.get(word) ?? ENGLISH_THINGS.get(word)?.zh ?? [];
}

const TRADITIONAL =
  '銷销復复圖图張张個个這这畫画會会話话對对較较區区別别導导載载傳传歷历麼么嗎吗謝谢請请幫帮換换變变讓让給给與与兩两後后還还來来開开關关顏颜藍蓝紅红綠绿黃黄貓猫鳥鸟魚鱼馬马龍龙樹树葉叶雲云陽阳燈灯籠笼鏡镜圍围領领結结島岛壺壶動动電电車车機机飛飞氣气雙双條条隻只頭头邊边間间裡里裏里單单詞词題题標标簽签種种編编輯辑刪删除除從从原原樣样選选擇择確确認认識识學学習习練练問问題题歡欢喜喜難难醜丑錯错應应該该為为麗丽簡简單单線线條条風风格格層层數数據据點点節节長长寬宽過过進进遠远連连達达運运鐘钟時时現现實实際际體体檔档備备儲储聽听說说讀读寫写詩诗語语誰谁誌志記记憶忆議议護护貝贝買买賣卖資资費费質质購购轉转輕轻輸输醫医釋释針针錢钱錄录鎖锁鍵键陰阴隨随險险雜杂離离霧雾靜静響响頁页項项順顺預预頻频類类願愿飯饭館馆驚惊髮发鬆松鴨鸭麵面齊齐齒齿麽么沒没啓启啟启';
const SIMPLE = new Map<string, string>();
for (let at = 0; at + 1 < TRADITIONAL.length; at += 2) SIMPLE.set(TRADITIONAL[at]!, TRADITIONAL[at + 1]!);

/** A Chinese text in simplified characters, as far as they are those of commands and of common things. */
export function simplified(text: string): string {
  return [...text].map((sign) => SIMPLE.get(sign) ?? sign).join('');
}

/** Words of commands that are said in English within Chinese, and what is said for them there. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:please|pls|plz|instead)\b/gi, ''],
  [/\b(?:go back|take (?:it|that) back|revert)\b/gi, '退回'],
  [/\bundo(?: (?:it|that))?\b/gi, '撤销'],
  [/\bredo\b/gi, '重做'],
  [/\b(?:try again|once more|one more time)\b/gi, '再试一次'],
  [/\b(?:two|2) more\b/gi, '两张'],
  [/\b(?:three|3) more\b/gi, '三张'],
  [/\b(?:four|4) more\b/gi, '四张'],
  [/\b(?:one more|another one)\b/gi, '一张'],
  [/\bthe (?:first|original)(?: (?:one|picture|version))?\b/gi, '第一张'],
  [/\bthe second(?: (?:one|picture|version))?\b/gi, '第二张'],
  [/\bthe third(?: (?:one|picture|version))?\b/gi, '第三张'],
  [/\bthe fourth(?: (?:one|picture|version))?\b/gi, '第四张'],
  [/\bthe last(?: (?:one|picture|version))?\b/gi, '最后一张'],
  [/\bthis one\b/gi, '这张'],
  [/\bthat one\b/gi, '那张'],
  [/\bshow me\b/gi, '看看'],
  [/\b(?:combine|merge)\b/gi, '合并'],
  [/\bcompare\b/gi, '对比'],
  [/\b(?:export|download)\b/gi, '下载'],
  [/\brename\b/gi, '改名'],
  [/\b(?:stop|cancel)\b/gi, '取消'],
  [/\bcontinue\b/gi, '继续'],
  [/\badd\b/gi, '加'],
  [/\bremove\b/gi, '去掉'],
  [/\bbut\b/gi, '但'],
  [/\bstyle\b/gi, '风格'],
  [/\bsize\b/gi, '大小'],
  [/\bseed\b/gi, '种子'],
  [/\bsession\b/gi, '会话'],
  [/\b(?:picture|image|pic)\b/gi, '图'],
];
/** What only rounds a sentence off. */
const PARTICLES = /(?:啊|呀|吧|啦|呢|哦|喔|嘛|哈|哈哈|咯|呗|谢谢|请|了|吗|一下)/gu;

/**
 * A message of both languages as one of one: English in which the only Chinese rounds it off, else Chinese for the words of commands, and
 * for the things that both languages have a name for. A message of one language is as it was.
 */
export function inOneLanguage(text: string): string {
  if (!/\p{Script=Han}/u.test(text) || !/[a-z]{2,}/i.test(text)) return text;
  const english = text.replace(PARTICLES, ' ');
  if (!/\p{Script=Han}/u.test(english)) return english.replace(/\s+/g, ' ').trim();
  return COMMANDS.reduce((said, [pattern, word]) => said.replace(pattern, word), text)
    .replace(
      /(?<![@\w])(?:(?:an?|the) )?([a-z]{3,})(?!\w)/gi,
      (word, name: string) => otherNames(name.toLowerCase())[0] ?? word,
    )
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .trim();
}
