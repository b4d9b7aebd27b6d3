/** Readings by kind of action, in both languages: each row is a message, the session that it is said in, and what it means. */
import { describe, expect, test } from 'vitest';
import { fixtureSessions } from '../../eval/messages/corpus.ts';
import type { Action } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import { TABLE } from '../../studio/agent/table.ts';

const SESSIONS = fixtureSessions();
const read = (session: string, message: string) =>
  interpret(message, { session: SESSIONS[session]!, knows: null, model: null });

type Row = readonly [session: string, message: string, plan: readonly Partial<Action>[]];

const KINDS: Record<string, readonly Row[]> = {
  new: [
    ['empty', 'could you draw me a small fox?', [{ type: 'new' }]],
    ['chain', "that's enough rabbits. Draw a lighthouse in a storm.", [{ type: 'new' }]],
    ['one', 'moving on to something different: a frog', [{ type: 'new' }]],
    ['empty', '帮我画一只小狐狸吧', [{ type: 'new' }]],
    ['one', '狐狸完成了，下一个：刺猬', [{ type: 'new', prompt: '刺猬' }]],
  ],
  edit: [
    ['one', 'the fox should be bigger', [{ type: 'edit' }]],
    ['four', 'the third one but with a hat', [{ type: 'edit', target: { version: 3 } }]],
    ['several', 'make the lighthouse taller', [{ type: 'edit', target: { version: 4 } }]],
    ['one', 'only recolour the left side, make it golden', [{ type: 'edit', region: 'left' }]],
    ['one', '狐狸的尾巴长一点行吗', [{ type: 'edit' }]],
    ['four', '给4号戴个帽子', [{ type: 'edit', target: { version: 4 } }]],
  ],
  style: [
    ['several', 'same style as the lighthouse picture', [{ type: 'style', styles: [{ version: 4 }] }]],
    ['several', '用灯塔那张的风格画现在这张', [{ type: 'style', styles: [{ version: 4 }] }]],
  ],
  identity: [
    ['one', 'the same fox, but in a library', [{ type: 'identity' }]],
    ['one', '同一只狐狸，在图书馆看书', [{ type: 'identity' }]],
  ],
  combine: [
    [
      'several',
      'put the red boat and the lighthouse into one picture',
      [{ type: 'combine', references: [{ version: 3 }, { version: 4 }] }],
    ],
    [
      'empty',
      'draw a fox. draw a rabbit. put both in one picture',
      [{ type: 'new' }, { type: 'new' }, { type: 'combine', references: [{ step: 1 }, { step: 2 }] }],
    ],
    ['several', '合并v3和v4', [{ type: 'combine' }]],
  ],
  more: [
    ['four', 'two more like the second', [{ type: 'vary', of: { version: 2 }, count: 2 }]],
    ['one', 'once with 30 steps and once with 60 steps', [{ type: 'repeat' }, { type: 'repeat' }]],
    ['one', 'same layout, 40 steps', [{ type: 'same-layout' }]],
    ['four', '像第二张那样的再来五张', [{ type: 'vary', of: { version: 2 }, count: 5 }]],
    ['one', '50步再画一次', [{ type: 'repeat' }]],
    ['one', '构图不变，用40步', [{ type: 'same-layout' }]],
  ],
  back: [
    ['chain', 'no, that was a mistake, undo it', [{ type: 'undo' }]],
    ['chain', 'go back three steps', [{ type: 'undo', times: 3 }]],
    ['undone', 'bring the cup back', [{ type: 'redo' }]],
    ['chain', 'right before the balloon', [{ type: 'go-to', version: 3 }]],
    ['several', 'the red boat looked better', [{ type: 'go-to', version: 3 }]],
    ['branches', "let's branch off from v3", [{ type: 'branch', version: 3 }]],
    ['chain', '改错了，退两步', [{ type: 'undo', times: 2 }]],
    ['undone', '恢复刚才撤销的', [{ type: 'redo' }]],
    ['chain', '我要戴帽子蓝背景没有气球的那张', [{ type: 'go-to', version: 3 }]],
    ['chain', '从第二张重新开始', [{ type: 'branch', version: 2 }]],
  ],
  edits: [
    [
      'chain',
      'drop steps 2 and 3',
      [
        { type: 'leave-out', edit: 2 },
        { type: 'leave-out', edit: 3 },
      ],
    ],
    ['left-out', 'bring the scarf back', [{ type: 'take-in', edit: 2 }]],
    ['chain', 'do the balloon before the hat', [{ type: 'move', edit: 4, after: 1 }]],
    ['chain', 'change "give it a hat" to "give it a crown"', [{ type: 'reword', edit: 2 }]],
    ['chain', 'do all edits in one go', [{ type: 'apply-as-one' }]],
    ['chain', '去掉加气球这一步，其他保留', [{ type: 'leave-out', edit: 4 }]],
    ['left-out', '把围巾那步加回来', [{ type: 'take-in', edit: 2 }]],
    ['chain', '把气球放到背景之前', [{ type: 'move', edit: 4, after: 2 }]],
    ['chain', '第二步改成戴皇冠', [{ type: 'reword', edit: 2, prompt: '戴皇冠' }]],
    ['chain', '把所有修改合成一步', [{ type: 'apply-as-one' }]],
  ],
  keeping: [
    ['one', 'rename this to Foxy', [{ type: 'rename', title: 'Foxy' }]],
    [
      'four',
      'save 1 and 4 to my computer',
      [
        { type: 'export', version: 1 },
        { type: 'export', version: 4 },
      ],
    ],
    ['one', 'where is my old snowman picture?', [{ type: 'search', query: 'snowman' }]],
    [
      'chain',
      'undo and then compare with the first',
      [{ type: 'undo' }, { type: 'compare', versions: [1, 4] }],
    ],
    ['one', '改名叫小狐狸', [{ type: 'rename', title: '小狐狸' }]],
    ['chain', '导出整个会话', [{ type: 'export', what: 'session' }]],
    ['one', '找一下我以前画的龙', [{ type: 'search' }]],
    ['chain', '对比一下v1和v5', [{ type: 'compare', versions: [1, 5] }]],
  ],
  stop: [
    ['running', 'stop that and make it summer', [{ type: 'stop' }, { type: 'edit' }]],
    ['running', 'no dragon please', [{ type: 'stop' }]],
    ['running', '别画龙了', [{ type: 'stop' }]],
  ],
  answer: [
    ['chain', 'in which step was the hat taken away', [{ type: 'answer', kind: 'which', pictures: [5] }]],
    ['chain', 'what is the seed of v2?', [{ type: 'answer', kind: 'about', pictures: [2] }]],
    ['one', 'how do i undo something?', [{ type: 'answer', kind: 'how' }]],
    ['four', 'delete pictures 1 and 3', [{ type: 'answer', kind: 'declined', reason: 'deletes' }]],
    ['several', '红色的船是第几张？', [{ type: 'answer', kind: 'which', pictures: [3] }]],
    ['chain', 'v4的提示词是啥', [{ type: 'answer', kind: 'about', pictures: [4] }]],
    ['empty', '你会画哪些东西', [{ type: 'answer', kind: 'knows' }]],
    ['one', '做个动图', [{ type: 'answer', kind: 'declined' }]],
  ],
  ask: [
    ['one', "I don't like it", [{ type: 'ask', kind: 'what-to-do' }]],
    ['empty', 'make it darker', [{ type: 'ask', kind: 'nothing-there' }]],
    ['chain', 'apply the previous variation to the session', [{ type: 'ask', kind: 'what-to-do' }]],
    ['one', '感觉不太对', [{ type: 'ask', kind: 'what-to-do' }]],
  ],
  'words that are no commands': [
    ['empty', 'a fox going back home', [{ type: 'new' }]],
    ['one', 'write "undo" on the hill', [{ type: 'edit' }]],
    ['one', 'make the fox go back into its den', [{ type: 'edit' }]],
    ['empty', '一个人在返回的列车上看书', [{ type: 'new' }]],
    ['one', '在山上写“返回”', [{ type: 'edit' }]],
  ],
};

describe.each(Object.entries(KINDS))('%s', (_, rows) => {
  test.each(rows)('%s: %s', (session, message, plan) => {
    const reading = read(session, message);
    expect(reading).toEqual(plan.map((step) => expect.objectContaining(step)));
    expect(reading).toHaveLength(plan.length);
  });
});

test('each rule of the table reads at least one language and an action of the vocabulary', () => {
  for (const rule of TABLE) expect(Boolean(rule.en ?? rule.zh), rule.action).toBe(true);
});
