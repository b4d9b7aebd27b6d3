/**
 * Words for the friendly hint: things people ask for, ordered so that neighbours look alike, and ordinary words that
 * name nothing to draw. Data only; what a checkpoint really knows stands in its `knows.json`.
 */

/** One row per kind; `english=中文`, alternatives joined by `/`. The nearest known neighbour in a row is suggested. */
export const THINGS: readonly string[] = [
  'cow=牛/奶牛, bull=公牛, buffalo=水牛, yak=牦牛, goat=山羊, sheep/lamb=羊/绵羊, pig/piglet=猪, boar=野猪, hippo/hippopotamus=河马, rhino/rhinoceros=犀牛, elephant=大象, mammoth=猛犸象, moose=驼鹿, deer/reindeer/stag=鹿, antelope=羚羊, giraffe=长颈鹿, llama/alpaca=羊驼, camel=骆驼, donkey/mule=驴, zebra=斑马, horse/pony=马, unicorn=独角兽, pegasus=飞马',
  'dog/puppy=狗, husky/poodle/corgi/labrador=柯基, wolf=狼, coyote=郊狼, fox=狐狸, raccoon=浣熊, badger=獾, skunk=臭鼬, otter=水獭, beaver=河狸, bear=熊, polar bear=北极熊, panda=熊猫, koala=考拉/树袋熊, sloth=树懒, kangaroo=袋鼠, monkey=猴子, ape/gorilla/chimpanzee/orangutan=猩猩, lemur=狐猴',
  'cat/kitten/kitty/kitty cat=猫, lynx=猞猁, leopard/cheetah=豹, panther=黑豹, jaguar=美洲豹, tiger=老虎, lion/lion king=狮子, hyena=鬣狗',
  'rabbit/bunny=兔子, hare=野兔, squirrel=松鼠, chipmunk=花栗鼠, hamster=仓鼠, guinea pig=豚鼠, mouse=老鼠, rat=大鼠, hedgehog=刺猬, porcupine=豪猪, mole=鼹鼠, bat=蝙蝠',
  'duck=鸭子, goose=鹅, swan=天鹅, hen/chicken=母鸡, chick/baby chick=小鸡, rooster=公鸡, turkey=火鸡, peacock=孔雀, ostrich=鸵鸟, flamingo=火烈鸟, stork/heron=鹳, pelican=鹈鹕, seagull/gull=海鸥, puffin=海鹦, penguin=企鹅, parrot=鹦鹉, toucan=巨嘴鸟, bird=鸟, sparrow=麻雀, robin=知更鸟, pigeon/dove=鸽子, crow/raven=乌鸦, eagle=鹰, hawk/falcon=猎鹰, vulture=秃鹫, owl=猫头鹰, hummingbird=蜂鸟, woodpecker=啄木鸟, dodo=渡渡鸟',
  'frog=青蛙, toad=蟾蜍, lizard=蜥蜴, gecko=壁虎, chameleon=变色龙, newt/salamander=蝾螈, axolotl=六角恐龙, snake=蛇, crocodile/alligator=鳄鱼, dinosaur/t-rex=恐龙, dragon=龙, turtle/tortoise/sea turtle=乌龟/海龟',
  'fish/tropical fish/goldfish/clownfish=鱼/热带鱼, shark=鲨鱼, dolphin=海豚, whale=鲸鱼, orca=虎鲸, seal=海豹, walrus=海象, squid=鱿鱼, octopus=章鱼, jellyfish=水母, starfish=海星, seahorse=海马, crab=螃蟹, lobster=龙虾, shrimp/prawn=虾, shell/seashell=贝壳, coral=珊瑚, mermaid=美人鱼',
  'butterfly=蝴蝶, moth=飞蛾, dragonfly=蜻蜓, bee/honeybee/honey bee/bumblebee=蜜蜂, wasp=黄蜂, fly=苍蝇, mosquito=蚊子, ladybug/ladybird=瓢虫, beetle=甲虫, ant=蚂蚁, cricket/grasshopper=蚱蜢, spider=蜘蛛, scorpion=蝎子, worm=虫子, caterpillar=毛毛虫, snail=蜗牛',
  'rose=玫瑰/玫瑰花, tulip=郁金香, sunflower=向日葵, daisy=雏菊, lily=百合, orchid=兰花, lotus=莲花, cherry blossom=樱花, flower/flowers=花, bouquet=花束, clover=三叶草, leaf/leaves=叶子, bush=灌木, bonsai=盆景, bamboo=竹子, cactus=仙人掌, palm tree/palm/tropical tree=棕榈树, tree=树, oak=橡树, pine tree/fir/fir tree/evergreen tree=松树, christmas tree/xmas tree=圣诞树, mushroom/toadstool=蘑菇/菌菇',
  'apple=苹果, pear=梨, peach=桃子, plum=李子, cherry/cherries=樱桃, strawberry=草莓, raspberry=树莓, blueberry/blueberries=蓝莓, grape/grapes=葡萄, orange=橙子, tangerine/mandarin=橘子, grapefruit=柚子, lemon=柠檬, lime=青柠, banana=香蕉, mango=芒果, pineapple=菠萝, coconut=椰子, kiwi=猕猴桃, watermelon=西瓜, melon=甜瓜, avocado=牛油果, fruit=水果, tomato=番茄/西红柿, pepper=辣椒, cucumber=黄瓜, eggplant=茄子, potato=土豆, corn=玉米, onion=洋葱, garlic=大蒜, broccoli=西兰花, cabbage=白菜, pumpkin=南瓜, carrot=胡萝卜',
  'hamburger/burger=汉堡, sandwich=三明治, hot dog=热狗, taco=塔可, burrito=卷饼, sushi=寿司, ramen/noodles=面条, dumpling/dumplings=饺子, rice=米饭, pasta/spaghetti=意大利面, pizza/slice of pizza/pizza slice=披萨, fries=薯条, popcorn=爆米花, bread=面包, baguette=法棍, croissant=牛角包, pretzel=椒盐卷饼, cheese=奶酪, egg/eggs=鸡蛋, bacon=培根, steak=牛排, soup=汤, pancake/pancakes=煎饼, waffle=华夫饼, bagel=百吉饼, doughnut/donut=甜甜圈, cookie=饼干, muffin=松饼, cupcake=纸杯蛋糕, birthday cake/cake=蛋糕, pie=馅饼, ice cream=冰淇淋, lollipop=棒棒糖, candy=糖果, chocolate=巧克力, honey=蜂蜜, coffee=咖啡, tea=茶, milk=牛奶, juice=果汁, beer=啤酒, wine=葡萄酒, cocktail=鸡尾酒, bottle=瓶子, cup/mug=杯子',
  'house/cottage=房子/小屋, cabin=木屋, hut=茅屋, barn=谷仓, farm=农场, igloo=冰屋, tent=帐篷, castle/fairy castle=城堡, palace=宫殿, tower=塔, eiffel tower=埃菲尔铁塔, lighthouse=灯塔, windmill=风车, church=教堂, temple/pagoda=寺庙, mosque=清真寺, school=学校, hospital=医院, shop/store=商店, skyscraper=摩天大楼, factory=工厂, bridge=桥, pyramid=金字塔, ferris wheel=摩天轮, carousel=旋转木马, fountain=喷泉, statue=雕像',
  'car=汽车, taxi=出租车, racing car/race car=赛车, police car=警车, ambulance=救护车, fire engine/fire truck=消防车, bus=公交车/巴士, van=面包车, truck/lorry=卡车, tractor=拖拉机, excavator/bulldozer=挖掘机, tram=电车, train/locomotive=火车, subway/metro=地铁, motorcycle/motorbike=摩托车, scooter=滑板车, bicycle/bike=自行车, skateboard=滑板, sailboat/boat/sailing boat=帆船/船, canoe/kayak=独木舟, ship=轮船, submarine=潜水艇, airplane/aeroplane/plane/jet=飞机, helicopter=直升机, drone=无人机, hot air balloon=热气球, rocket/spaceship/spacecraft=火箭, satellite=卫星, ufo/flying saucer=飞碟',
  'sun/sun with face=太阳, moon=月亮, star=星星, comet=彗星, planet/saturn/jupiter/mars=行星, earth/globe=地球, cloud/clouds=云, rainbow=彩虹, lightning=闪电, tornado=龙卷风, fire/flame/campfire=火, volcano=火山, snowflake=雪花, snowman/snow man=雪人, igloo=冰屋',
  'balloon/balloons=气球, kite=风筝, umbrella=伞, gift/present/gift box=礼物, heart=心, crown=皇冠/王冠, ring=戒指, diamond/gem=钻石, necklace=项链, trophy/medal=奖杯, hat/cap=帽子, glasses/sunglasses=眼镜, shoe/shoes/boot/boots=鞋, sock/socks=袜子, shirt=衬衫, dress=裙子, coat/jacket=外套, bag/backpack=背包, suitcase=手提箱',
  'guitar=吉他, violin=小提琴, piano=钢琴, drum/drums=鼓, trumpet=小号, saxophone=萨克斯, flute=长笛, harp=竖琴, microphone=麦克风, headphones=耳机, radio=收音机',
  'book=书, newspaper=报纸, notebook=笔记本, pencil/pen=铅笔, brush/paintbrush=画笔, scissors=剪刀, envelope/letter=信封, computer/laptop=电脑, phone/smartphone=手机, tablet=平板, television=电视, camera=相机, clock/alarm clock/watch=钟, star=星星, lamp/light bulb=灯, candle=蜡烛, lantern=灯笼, key=钥匙, lock=锁, hammer=锤子, crown=皇冠, sword=剑, shield=盾, bow=弓, gun=枪, bomb=炸弹, anchor=锚, compass=指南针, map=地图, flag=旗, coin/money=硬币, gift=礼物, treasure chest=宝箱, box=盒子, basket=篮子, vase=花瓶, house=房子, chair=椅子, sofa/couch=沙发, bed=床, table/desk=桌子, door=门, window=窗户, mirror=镜子, bathtub=浴缸, toilet=马桶, telescope=望远镜, microscope=显微镜',
  'ball=球, balloon=气球, soccer ball=足球, basketball=篮球, baseball=棒球, tennis ball/tennis racket=网球, dice=骰子, chess=象棋, puzzle=拼图, doll=洋娃娃, bear=熊, teddy bear/teddy=泰迪熊, toy=玩具, lego=乐高, robot=机器人, rocket=火箭, astronaut=宇航员, alien=外星人, snow globe=雪球, snowman=雪人, skeleton=骷髅, skull=头骨, ghost=幽灵, monster=怪物, zombie=僵尸, vampire=吸血鬼, witch=女巫, wizard=巫师, fairy=仙女, unicorn=独角兽, angel=天使, santa/santa claus=圣诞老人, christmas tree=圣诞树, elf=精灵, gnome=小矮人, knight=骑士, castle=城堡, king=国王, queen=女王, crown=皇冠, prince=王子, princess=公主, pirate=海盗, sailboat=帆船, ninja=忍者, samurai=武士, clown=小丑, superhero=超级英雄, heart=心, doctor=医生, nurse=护士, chef=厨师, farmer=农夫, policeman=警察, fire engine=消防车, firefighter=消防员, snowman=雪人, man=男人, woman=女人, boy=男孩, girl=女孩, baby=婴儿, child/kid/children/kids=孩子, panda=熊猫, person/people=人, family=家庭, sun=太阳, face=脸, hand=手, eye/eyes=眼睛, foot=脚',
];

/** Looks people ask for; the first known style is suggested. Same format. */
export const STYLES_UNSEEN: readonly string[] = [
  'photo/photograph/photorealistic/realistic/photography=照片/写实, watercolor/watercolour=水彩, oil painting=油画, painting=绘画, sketch/pencil drawing/charcoal=素描, anime/manga=动漫/动画, pixel art=像素, comic=漫画, impressionist/impressionism=印象派, cubist/cubism=立体派, van gogh=梵高, ink wash=水墨, ukiyo-e=浮世绘, graffiti=涂鸦, low poly=低多边形, neon=霓虹, origami=折纸, clay/claymation=黏土, lego style=乐高, mosaic=马赛克, stained glass=彩色玻璃, cyberpunk=赛博朋克, steampunk=蒸汽朋克',
];

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
sunshine else see poster postcard grandma grandpa mum dad friend friends insert convert redraw paint repaint erase include sitting standing running walking sleeping jumping flying swimming eating playing holding wearing looking waiting floating sailing driving standing`.split(
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
];

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
