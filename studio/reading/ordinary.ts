/** Words that name nothing to draw, in English and Chinese, and looks that people ask for. Data only. */

/** Looks that people ask for, by all their names: English, then Chinese. */
const LOOK_ROWS =
  'photo/photograph/photorealistic/realistic/photography/hyperrealistic=照片/写实/真实照片, watercolor/watercolour/water color=水彩/水彩画, oil painting=油画, sketch/pencil drawing/pencil sketch/charcoal=素描/铅笔画, anime/manga/ghibli/studio ghibli=动漫/动画/吉卜力, pixel art/8 bit/8-bit/pixelated=像素/像素画, comic/comic book=漫画, impressionist/impressionism=印象派, cubist/cubism=立体派, van gogh/picasso/monet/rembrandt=梵高/莫奈/毕加索, ink wash=水墨, ukiyo-e=浮世绘, graffiti=涂鸦, low poly=低多边形, neon=霓虹, origami=折纸, clay/claymation=黏土, lego style=乐高, mosaic=马赛克, stained glass=彩色玻璃, cyberpunk=赛博朋克, steampunk=蒸汽朋克';

/** Looks by name, in lower case. */
export const LOOKS: ReadonlySet<string> = new Set(LOOK_ROWS.split(/, |=|\//));

/** English words that name nothing to draw: grammar, wishes, edits, looks, scenery. */
export const ORDINARY: ReadonlySet<string> = new Set(
  `a an the this that these those some any one two three it its they them their he she his her him my your our me i we you us who what which where
and or but with without in on at by to of for from into onto under over above below beside besides near next behind before after between among through
around across against along inside outside front back up down off out as like so than then too also just only still again now here there very really
quite more most less least much many few both each every all no not none instead while together alone away is are was were be been being am do does did
done have has had can could would should will may might must let lets get got give gave make makes made making draw draws drawn drawing paint painted
show shows put place places placed add adds added remove removed delete erase take takes taken rid change changed turn turned swap exchange switch replace
replaced move moved shift set write written says say saying said read reads reading want wants need needs please thanks thank hello hi hey could try
keep kept same different other another new old first second third last left right top bottom middle center centre corner side sides upper lower
edge half whole part big large huge small little tiny long short tall wide high low cute happy sad funny cool sweet nice lovely beautiful pretty great good
best better bad young adorable friendly brave lonely sleepy angry smiling jolly magic magical shiny glossy bright dark light dim warm cold hot soft round
simple plain fancy modern vintage colorful colourful colored coloured color colour colours colors red orange yellow green teal turquoise cyan blue navy
purple violet pink magenta brown beige gray grey white black golden gold silver image images picture pictures pic illustration icon sticker stickers emoji art artwork
style styles styled render rendered rendering version look looks looking background backgrounds backdrop scene scenery landscape view wallpaper pattern
patterned patterns gradient dots dotted polka stripe stripes striped check checks checked checkered chequered chessboard line lines outline flat design
vector cartoon noto 3d 2d text texts word words letter letters sign title caption label capital capitals font day night morning evening noon midnight dawn
dusk sunset sunrise summer winter spring autumn fall weather sunny rainy snowy cloudy windy starry rain snow sky stars hill hills hilly rolling sea seaside ocean water underwater
wave waves beach sand sandy shore coast desert dune dunes meadow grass grassy field fields flowers flowery forest woods wood woodland jungle city town street skyline
space galaxy planets cosmos universe mountain mountains alps peak peaks room indoors outdoors home house table floor wall christmas birthday party world place
time thing things something anything animal animals subject subjects object someone everything nothing way bit lot lots pair couple group single lone just
sunshine else see poster postcard grandma grandpa mum mom dad friend friends daughter son wife husband brother sister mother father boss class insert convert redraw paint repaint erase include sitting standing running walking sleeping jumping flying swimming eating playing holding wearing looking waiting floating sailing driving standing howling shining resting hiding dancing riding
jpg png gif logo avatar banner cover thumbnail profile surprise random whatever maybe umm um hmm ok okay yes yeah plz pls thx ty lol haha pretty please
how why when does called named about inch px pixels pixel size hd 4k 8k quality high resolution detailed best ever original previous background's
always never bigger smaller larger closer further zoom rotate flip mirror crop undo revert back centered centred across opposite nearby whole entire full empty
hey dear sorry no nope actually wait instead nevermind hello there good-looking kinda sorta really also everyone everybody people person
ice fruit fruits vegetable vegetables food drink drinks meal dessert clothes vehicle vehicles plant plants toy toys tool tools creature creatures`.split(
    /\s+/,
  ),
);

/** Several words that together name nothing to draw, though one of them alone would. */
export const ORDINARY_PHRASES: readonly string[] = [
  'flower meadow',
  'flower field',
  'field of flowers',
  'birthday party',
  'snow globe scene',
  'city lights',
  'high quality',
  'good morning',
  'good night',
];

/** Words between noun phrases: what stands before one is the end of its phrase. */
export const BREAKS: ReadonlySet<string> = new Set(
  `a an the this that these and or but with without in on at by to of for from into onto under over above below beside near next behind before after between among through around across
against along inside outside like as is are was were who which where while plus instead not no has have having sits stands then`.split(
    /\s+/,
  ),
);

/** Number words; `2` and the like are read as they are. */
export const NUMBERS: Readonly<Record<string, number>> = {
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11 },
  ...{ twelve: 12, dozen: 12, both: 2 },
};

/** What holds or parts something else: "a cup of coffee" asks for coffee. */
export const CONTAINERS: ReadonlySet<string> = new Set(
  `cup mug glass bowl plate slice piece bottle pot box basket bunch bouquet pair herd flock group jar can pack bag bucket pile stack row field`.split(
    /\s+/,
  ),
);

/** Words of other languages in Latin letters that no English sentence has. */
export const FOREIGN: ReadonlySet<string> = new Set(
  `un una el los las del y der ein eine einen und mit auf dem ist le les des du une et avec dans sur il lo gli di nel che um uma em por para que quiero dibuja
dibujame zeichne mir bitte dessine moi disegna desenha een het rysuj jeden och ett`.split(/\s+/),
);

/** Emoji that decorate a sentence and ask for nothing. */
export const DECORATION: ReadonlySet<string> = new Set([
  ...'🌌🌃🌆🌇🌅🌄🏖🏜🏝🏞🌊❄✨🎉🔥💯⭐🌟💫🎊👏🙏👍❤💕💖🎨🖼📷📸✏🖌💡🙌😊😀😂🤣😍🥰',
]);

/** Chinese characters and words that name nothing to draw, longest first where it matters. */
export const ORDINARY_CHINESE: readonly string[] = [
  ...'请给我想要画一个张幅副请帮能可以吗吧呢的地得了着过在有是和与跟及还把将被让用成为变换改写加添去掉删除移动到放里上下左右中间边面侧角方前后旁内外这那它们他她两三几些只头匹条辆座棵朵架艘颗把本杯块份支顶件栋枚根片群双对大小可爱漂亮美丽好看快乐高兴新老同样另外再又也都很最更不没无'.split(
    '',
  ),
  ...'背景 风格 图片 图像 图画 照片里 文字 字母 单词 文本 标题 颜色 红色 橙色 黄色 绿色 青色 蓝色 紫色 粉色 粉红色 棕色 灰色 白色 黑色 金色 渐变 圆点 波点 条纹 格子 纯色 晚上 夜晚 白天 早上 早晨 傍晚 黄昏 夕阳 日落 日出 春天 夏天 秋天 冬天 星空 夜空 天空 山丘 山坡 海边 海上 海底 大海 水下 沙滩 海滩 沙漠 雪地 雪山 高山 草地 草原 花丛 森林 树林 城市 街道 太空 宇宙 房间 室内 家里 扁平 平面 线条 线稿 卡通 立体 替换 添加 移到 放到 重画 左边 右边 中间 上方 下方 角落 旁边 主体 东西 动物'.split(
    ' ',
  ),
];

/** Chinese measure words: what follows one is a thing. */
export const MEASURES = '个只头匹条辆座棵朵架艘颗把本杯块份支顶件栋枚根片群双对位名';
