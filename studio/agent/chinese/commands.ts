/** Chinese commands on what is there: back and forth, other orders of edits, names, files, comparisons. Pure. */
import type { Plan } from '../actions.ts';
import { CHINESE_NUMBER, numberOf } from '../numbers.ts';
import { type Rule, whole } from '../rules.ts';
import type { Named, Scene } from '../scene.ts';
import { NAME, nameOf, nameOrContent } from './names.ts';

const EDIT = '(?:步|步骤|编辑|修改|改动|操作|次修改|次编辑|一步)';
const goTo = (scene: Scene, named: Named): Plan =>
  scene.about(named, (version) => [{ type: 'go-to', version }]);

export const COMMANDS: readonly Rule[] = [
  [
    whole(
      `(?:撤销|撤回|撤消|取消上一步|回退|后退|退回|退一步|回到上一步|返回上一步|返回|上一步|倒回去|undo)(?:一步|一下|吧|了|去|上一步|刚才的|刚才那步|这一?步|最后一?步|上一?次?(?:的)?${EDIT}|最后(?:的)?(?:一[步次])?(?:的)?${EDIT}?|刚才(?:的)?(?:那)?(?:一?步|次)?(?:的)?${EDIT}?|这次(?:的)?${EDIT}|一次|它|掉)*`,
      '(?:不，?|不对，?|不好，?|不要，?|算了，?|还是)*(?:跟|和|像|变|改|恢复|换|回|还原)?(?:回|到|成)?(?:之前|以前|原来|刚才|先前)(?:的?样子|那样|一样|的状态|的)?(?:吧|好了|更好|好看|比较好|更好看|就好|好一?点|好些)?',
      '(?:变|改|恢复|换|还原|弄|调)(?:回|到|成)?(?:去|来|原样|原来的?样子|之前的?样子|刚才的?样子)(?:吧)?|把它?(?:变|改|恢复|换)回(?:去|来|原样)|还是(?:之前|原来|刚才)(?:的|那个|那张)?(?:更?好|好看|更好看|比较好)?|算了|不要(?:这个|这步|这次修改)?了?|别改了|当我没说|(?:不要|取消)(?:刚才|上一?次)(?:的)?(?:那)?(?:个|一?步)?(?:修改|编辑|改动|操作)?|(?:还是|我觉得)?(?:之前|原来)的?(?:比较)?(?:更)?好看?|恢复(?:一下)?|还原(?:一下)?',
    ),
    () => [{ type: 'undo' }],
  ],
  [
    whole(
      `(?:撤销|撤回|回退|后退|退回|返回|退)(?:最近|最后|前面|上)?的?(${CHINESE_NUMBER})(?:步|次|个${EDIT}|个)(?:${EDIT})?`,
      `往回(?:退)?(${CHINESE_NUMBER})步`,
    ),
    (_, groups) => {
      const times = numberOf(groups.slice(1).find((group) => group !== '')!)!;
      return [{ type: 'undo', ...(times > 1 && { times }) }];
    },
  ],
  [
    whole(
      '(?:全部|都|所有)(?:修改|编辑)?(?:都)?撤销|撤销(?:所有|全部)(?:的)?(?:修改|编辑|步骤|操作)?|(?:回到|返回|退回|回)(?:到)?(?:最?开始|起点|开头|原图|原点|最初|第一张图?|一开始)(?:的?(?:状态|样子|那张|图|地方|版本))?',
    ),
    (scene) => goTo(scene, { by: 'place', place: 'original' }),
  ],
  [
    whole(
      '(?:重做|恢复撤销|取消撤销|撤销撤销|前进(?:一步)?|redo|重新应用|恢复刚才撤销的|下一步|再恢复|把撤销的恢复(?:回来)?)(?:一下|一步|吧|上一步|刚才的|刚才撤销的)?',
    ),
    () => [{ type: 'redo' }],
  ],
  [whole(`重做(${CHINESE_NUMBER})步`), (_, [, word]) => [{ type: 'redo', times: numberOf(word!)! }]],
  [
    whole(
      '(?:请|快|先|立刻|马上)?(?:停|停止|停下|停一?下|停下来|别画了?|不要画了?|取消|中止|终止|暂停|打住|等等|等一?下|先别画|住手|不用画了|别再画了)(?:吧|了|来|一下|画画|绘制|生成|当前任务|任务|这个|它|画|[，,！! ]|别画|不要画|停|取消|下来)*',
    ),
    (scene) =>
      scene.session.underWay.length > 0 ? [{ type: 'stop' }] : [{ type: 'answer', kind: 'status' }],
  ],
  [
    whole(
      '(?:把|将)?(?:这个|当前|本)?(?:会话|对话|聊天|项目|标题|名字|作品集)(?:的)?(?:标题|名字|名称)?(?:重新)?(?:改名|重命名|命名|改|改成|叫做?|改为|取名|起名|设为|设成|换成)(?:为|成|叫|做)?[:：]?(.+)',
      '(?:重命名|改名|改标题|命名)(?:这个)?(?:会话|对话)?(?:为|成|叫|做)?[:：]?(.+)',
      '(?:给|为)(?:这个|当前)?(?:会话|对话|项目)(?:改|取|起|换)(?:个|一个)?(?:名字|名|标题|新名字)(?:叫|为|：|:)*(.+)',
      '标题[:：]\\s*(.+)',
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
      '(?:把|将)?(?:导出|下载|保存|备份|打包)(?:一下)?(?:整个|这个|全部|所有|当前)*(?:的)?(?:会话|对话|项目|图片|东西|内容|聊天|历史|一切)(?:.{0,6})',
      '(?:把|将)(?:整个|这个|全部|所有|当前)*(?:的)?(?:会话|对话|项目|聊天|内容|所有图片)(?:都|全部)?(?:导出|下载|保存|备份|打包)(?:一下|下来|成文件|出来)*',
    ),
    (_, __, text) =>
      /(?:这个|当前|这张)图片/u.test(text)
        ? [{ type: 'export', what: 'picture' }]
        : [{ type: 'export', what: 'session' }],
  ],
  [
    whole(
      '(?:把)?(?:导出|下载|保存|存)(?:一下|下来)?(?:这|当前|这一)?(?:张图片|张图|张|幅画|幅|个|图片|图|它)?(?:吧|下来|到本地|到电脑|成png|为png|一下)*',
      '(?:把)?(?:它|这张图片|这张图|这张|这幅画|这个|当前的?图片|图片|图)(?:导出|下载|保存|存)(?:一下|下来|到本地|到电脑|成PNG|成png|为PNG|成文件|吧)*',
    ),
    () => [{ type: 'export', what: 'picture' }],
  ],
  [
    whole(
      `(?:导出|下载|保存)(?:一下)?(${NAME})`,
      `(?:把|将)?(${NAME})(?:导出|下载|保存|存)(?:一下|下来|到本地|成PNG|吧)*`,
      '(?:导出|下载|保存)(?:一下)?(.+的那?(?:张图?|版本|个))',
      '(?:把|将)(.+的那(?:张图?|个版本|个))(?:导出|下载|保存|存)(?:一下|下来|到本地|吧)*',
    ),
    (scene, groups) =>
      scene.about(nameOrContent(groups.slice(1).find((group) => group !== '')!), (version) => [
        { type: 'export', what: 'picture', version },
      ]),
  ],
  [
    whole(
      '(?:搜索|搜一?下|搜|查找|查一?下|检索|找一?下|找一?找|寻找)(?:我|所有|以前|之前|历史|会话|里|中|全部|画过|的|过|一下|关于|和|有关)*[:：]?(.+?)(?:的?(?:图片|图|画|会话|记录|作品|版本))?',
      '(?:帮我|给我)?找(?:我|所有|以前|之前|历史|会话|里|画过|的|过|一下|关于|出|到)*(.+?)的(?:图片|图|画|会话|记录|作品)',
      '(?:在)?(?:所有|历史|以前)(?:的)?(?:会话|图片|记录|作品)(?:里|中)?(?:搜索?|找|查找)(?:一下)?(.+)',
    ),
    (_, groups) => [{ type: 'search', query: groups.slice(1).find((group) => group !== '')! }],
  ],
  [
    whole(
      '(?:请)?(?:比较|对比|比一?下|对比一?下|比较一?下|比一比)(?:一下|看看)?(.+?)(?:和|与|跟|同|、)(.+?)(?:的(?:区别|不同|差别|差异))?(?:一下|吧)?',
      '(?:把|将)?(.+?)(?:和|与|跟|同)(.+?)(?:比较|对比|比|放在一起(?:比较|看|对比)|并排(?:显示|看|放)?|做个?(?:对比|比较)|对比着看)(?:一下|看看|比一比|一比)*',
      '(.+?)(?:和|与|跟|同)(.+?)(?:有(?:什么|哪些|啥)?|的|之间有什么|之间的?)(?:区别|不同|差别|不一样|差异)(?:吗|呢|在哪|是什么)*',
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
      '(?:比较|对比)(?:一下)?(?:这|它)?(?:两|俩)?(?:张|个|幅|者|它们)?(?:图|版本)?(?:吧)?|(?:和|跟|与)(?:之前|上一张|刚才|前一张|上一个版本|原来)(?:的)?(?:比较|对比|比)(?:一下|一比|看看)*|(?:前后|修改前后)(?:对比|比较)(?:一下)?|(?:有什么|哪里|什么地方)(?:变化|不同|变了|不一样)(?:了|吗)?|变了什么',
    ),
    (scene) => compared(scene, { by: 'place', place: 'previous' }, { by: 'place', place: 'current' }),
  ],
  [
    whole(
      `(?:把|将)?(?:所有|全部|这些|几个|刚才的?)*(?:的)?(?:修改|编辑|步骤|改动|操作)(?:都|全部)?(?:合并|合成|并|一次|一起|作为)(?:成|为|性|到)?(?:一?次|一?步|一?个|一起|一次性)?(?:编辑|修改)?(?:应用|完成|做完|执行|做)?(?:到|在)?(.*)`,
      `(?:一次性|一次|一步)(?:把)?(?:应用|完成|做完|执行|做)(?:所有|全部)(?:的)?(?:修改|编辑|步骤|改动)(?:到)?(.*)`,
      `(?:合并|合成)(?:所有|全部)(?:的)?(?:修改|编辑|步骤)(?:为一步|成一步|到一起)?(.*)`,
    ),
    (scene, groups) => {
      if (scene.edits.length === 0) return [scene.nothingThere()];
      const on = groups
        .slice(1)
        .find((group) => group !== '')
        ?.replace(/^(?:到|在)|(?:上|里)$/gu, '');
      const named = on ? nameOf(on) : undefined;
      return named
        ? scene.about(named, (from) => [{ type: 'apply-as-one', from }])
        : [{ type: 'apply-as-one' }];
    },
  ],
  [
    whole(
      `(?:把|将)?(.+?)(?:这一?步|的?(?:编辑|修改|步骤))?(?:移到|放到|挪到|放在|移动到|提到|调到|排到|应该在)(.+?)(?:这一?步|的?(?:编辑|修改|步骤))?(?:的)?(之前|前面|以前|前|之后|后面|以后|后)`,
      `先(?:做|进行)?(.+?)(?:，)?(再)(?:做|进行)?(.+)`,
    ),
    (scene, groups) => {
      const [what, second, third] = groups.slice(1).filter((group) => group !== '') as [
        string,
        string,
        string,
      ];
      if (second === '再') return /[步编修]|v\d|第/u.test(what) ? moved(scene, what, true, third) : undefined;
      return moved(scene, what, /前/u.test(third), second);
    },
  ],
  [
    whole(
      `(?:交换|调换|对调|互换)(?:一下)?(.+?)(?:和|与|跟)(.+?)(?:的?顺序)?`,
      `(?:把)?(?:最后|最近|后面)?两(?:步|次编辑|次修改)(?:的)?(?:顺序)?(?:交换|对调|调换|互换|换一下)`,
    ),
    (scene, groups) => {
      const [one, other] = groups.slice(1).filter((group) => group !== '');
      if (one && other) return moved(scene, other, true, one);
      const [before, last] = scene.edits.slice(-2);
      return last && before
        ? [{ type: 'move', edit: last.version, after: before.from! }]
        : [scene.nothingThere()];
    },
  ],
  [
    whole(
      `(?:在)?(第${CHINESE_NUMBER}(?:步|次编辑|次修改|个编辑|个修改|个版本)|@?v?\\d+)(?:里|中|那步)?(?:的)?(?:文字|提示词|描述|内容|指令)?(?:改成|改为|换成|应该是|应该|写成)[:：]?(.+)`,
      `(?:把|将)(第${CHINESE_NUMBER}(?:步|次编辑|次修改|个编辑|个修改|个版本)|@?v?\\d+)(?:里|中|那步)?(?:的)?(?:文字|提示词|描述|内容|指令)?(?:改成|改为|换成|写成)[:：]?(.+)`,
      `(?:在)?(第${CHINESE_NUMBER}(?:步|次编辑|次修改|个编辑|个修改|个版本)|@?v?\\d+)(?:里|中|那步)(.+)`,
    ),
    (scene, groups, text) => {
      const [ref, words] = groups.slice(1).filter((group) => group !== '') as [string, string];
      if (/^(?:把|将|给|加|去)/u.test(words) && !/(?:改成|改为|换成|而不是|才对)/u.test(text))
        return undefined;
      const named = editName(ref);
      const [edit] = scene
        .versionsOf(named)
        .filter((version) => scene.branch.some((each) => each.version === version));
      return edit === undefined ? [scene.nothingThere(named)] : [{ type: 'reword', edit, prompt: words }];
    },
  ],
  [
    whole(
      `(?:不要|去掉|跳过|略过|忽略|取消|撤销|撤回|删除|删掉|省略|排除|禁用)(?:之前的?|前面的?|那个?|刚才的?)?(.+?)(?:那一?步|这一?步|的(?:编辑|修改|步骤|那一?步|改动))(?:，?(?:其他|其余|别的)(?:的)?(?:保留|不变|都留着))?`,
      `(?:把|将)?(.+?)(?:那一?步|这一?步|的(?:编辑|修改|步骤|那一?步|改动))(?:去掉|跳过|略过|忽略|取消|撤销|删掉|删除|省略|排除|禁用|拿掉)(?:，?(?:其他|其余|别的)(?:的)?(?:保留|不变|都留着))?`,
      `(?:跳过|略过|忽略|不要|去掉|撤销|取消)(第${CHINESE_NUMBER}(?:步|次编辑|次修改|个编辑|个修改))`,
      `(?:把|将)(第${CHINESE_NUMBER}(?:步|次编辑|次修改|个编辑|个修改))(?:去掉|跳过|略过|忽略|取消|撤销|删掉|删除)`,
      `(?:跳过|略过|忽略|撤销|撤回)(.+)`,
    ),
    (scene, groups, text) => {
      const what = groups.slice(1).find((group) => group !== '')!;
      const [edit] = scene.editsOf(editName(what));
      if (edit !== undefined) return [{ type: 'leave-out', edit }];
      return /[步编修改]/u.test(text) ? [scene.nothingThere(editName(what))] : undefined;
    },
  ],
  [
    whole(
      `(?:把|将)?(.+?)(?:那一?步|的(?:编辑|修改|步骤))?(?:加回来|恢复|放回来?|放回去|还原|找回来|加回去|拿回来|重新启用|重新加上|弄回来)(?:吧|一下)?`,
      `(?:恢复|找回|加回|重新启用|还原|放回)(.+?)(?:那一?步|的(?:编辑|修改|步骤))?(?:吧|一下)?`,
    ),
    (scene, groups) => takenIn(scene, groups.slice(1).find((group) => group !== '')!),
  ],
  [
    whole(
      `(?:从|以|在)(.+?)(?:为起点|为基础|那里|这里)?(?:上|处)?(?:开始|重新开始|开一?个?(?:新)?分支|新建(?:一个)?分支|分支|分叉|另起一?(?:个分支|支)|换个?(?:方向|思路|做法)|试试别的|试点别的|重来|重新来|重新做)(?:吧|试试)?`,
      `(?:新建|创建|开)(?:一个|个)?(?:新)?分支(?:从|在|基于)(.+?)(?:开始)?`,
    ),
    (scene, groups) => {
      const named = nameOf(groups.slice(1).find((group) => group !== '')!);
      return named && scene.about(named, (version) => [{ type: 'branch', version }]);
    },
  ],
  [
    whole(
      `(?:请)?(?:回到|返回到?|退回到?|回退到|恢复到|跳到|切换到|切到|转到|去|还原到|换回|退到|撤销到|变回|改回|恢复成|倒回到?|回)(?:到)?(.+?)(?:吧|那里|看看|去)?`,
    ),
    (scene, [, words], text) => {
      const named = nameOf(words!);
      if (!named && !/^(?:请)?(?:回到|返回|退回|恢复到|还原到|跳到|切换到|切到|变回|换回|改回)/u.test(text))
        return undefined;
      return goTo(scene, named ?? nameOrContent(words!));
    },
  ],
  [
    whole(
      `(?:我)?(?:显示|打开|选择?|选中|看看?|看一下|给我看|查看|用|使用|就用|要|采用|展示|切换|继续用|保留|更?喜欢|还是用|还是要|想要|要回)(?:一下|这?)?(${NAME}|.+?的?(?:那|这)(?:张图片|张图|张|幅画|幅图|幅|个版本|个)|.+?(?:之前|以前)的(?:那张|样子|版本|那个版本))(?:吧|好了|就好|继续|来继续)?`,
      `(${NAME})(?:吧|更?好|比较好|好看|最好|更好看|就好|好一?点|继续)?`,
      `(.+?的?(?:那)(?:张图片|张图|张|幅画|幅图|幅|个版本|个)|.+?(?:之前|以前)的(?:那张|样子|版本|那个版本)?)(?:吧|更?好|比较好|好看|最好|更好看|就好|好一?点)?`,
      '(.+?(?:之前|以前))',
    ),
    (scene, groups, text) => {
      const named = nameOf(groups.slice(1).find((group) => group !== '')!);
      if (!named) return undefined;
      if (
        named.by === 'content' &&
        scene.versionsOf(named).length === 0 &&
        !/^(?:显示|打开|选|看|给我看|查看|展示)/u.test(text)
      )
        return undefined;
      return goTo(scene, named);
    },
  ],
];

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
    .replace(/^(?:那个?|这个?|之前的?)/u, '')
    .replace(/(?:那一?步|这一?步|的?(?:编辑|修改|步骤))$/u, '');
  const digits = new RegExp(
    `^(?:第|v|@|版本|步骤)*(${CHINESE_NUMBER})(?:步|次编辑|次修改|个编辑|个修改|个版本|张)?$`,
    'iu',
  ).exec(text);
  if (digits) return { by: 'number', version: numberOf(digits[1]!)! };
  const named = nameOf(phrase);
  return named && (named.by === 'number' || named.by === 'place')
    ? named
    : { by: 'content', words: text.replace(/^(?:加|戴|换|改|变)/u, '') };
}

function moved(scene: Scene, what: string, isBefore: boolean, other: string): Plan | undefined {
  const [edit] = scene.editsOf(editName(what));
  const place = editName(other);
  const [beside] = place.by === 'content' ? scene.editsOf(place) : scene.versionsOf(place);
  if (edit === undefined || beside === undefined || edit === beside) return undefined;
  if (!isBefore) return [{ type: 'move', edit, after: beside }];
  const from = scene.seen(beside)?.from;
  return from === null || from === undefined || from === edit
    ? undefined
    : [{ type: 'move', edit, after: from }];
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
  const [removal] = scene.contents
    .editsThatSay(what, scene.edits)
    .filter(({ prompt }) => /去掉|删|移除|拿掉|擦掉|remove/u.test(prompt));
  return removal && [{ type: 'leave-out', edit: removal.version }];
}
