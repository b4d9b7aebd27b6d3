/** Kinds of messages that are guessed from their words: what no rule knows is not drawn, and what is meant to be drawn is. */
import { describe, expect, it, test } from 'vitest';
import { fixtureSessions } from '../../eval/messages/corpus.ts';
import { measureMessages, measureOrdinary } from '../../eval/messages.ts';
import { isDrawing } from '../../studio/agent/action-kinds.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import { KINDS } from '../../studio/agent/kinds/kinds.ts';
import { likelyKinds } from '../../studio/agent/kinds/likely.ts';
import { Scene } from '../../studio/agent/scene.ts';

const SESSIONS = fixtureSessions();
const read = (session: string, message: string) =>
  interpret(message, { session: SESSIONS[session]!, knows: null, model: null });

it('harms nothing in the halves that may be read, and little in those that may not', () => {
  expect(measureMessages('third-tuning').harmful + measureMessages('fourth-tuning').harmful).toBe(0);
  const unseen = measureMessages('fourth-unseen');
  expect(unseen.messagesRight).toBeGreaterThan(0.85);
  expect(unseen.harmful).toBeLessThan(6);
});

it('tells complaints from thanks, and changes the picture that a comparison starts from', () => {
  for (const [part, least] of [
    ['fifth-tuning', 0.95],
    ['fifth-unseen', 0.8],
  ] as const) {
    const { messagesRight, harmful } = measureMessages(part);
    expect(messagesRight).toBeGreaterThan(least);
    expect(harmful).toBeLessThan(2);
  }
});

test.each([
  ['one', 'that looks terrible', 'ask'],
  ['chain', 'not bad at all', 'answer'],
  ['chinese', '这也太丑了', 'ask'],
  ['chinese', '真不赖', 'answer'],
])('in %s: "%s" is one of %s', (session, message, type) => {
  expect(read(session, message).map((action) => action.type)).toEqual([type]);
});

test.each([
  ['branches', 'like @2 but at night', { type: 'edit', prompt: 'at night', target: { version: 2 } }],
  ['chain', 'same as v3 only bigger', { type: 'edit', prompt: 'bigger', target: { version: 3 } }],
  ['chinese', '把@2的帽子换成红色', { type: 'edit', prompt: '把它的帽子换成红色', target: { version: 2 } }],
  ['chinese', '跟第三张一样，不过是白天', { type: 'edit', prompt: '白天', target: { version: 3 } }],
  ['chain', 'the hat looks silly, make it red', { type: 'edit', prompt: 'make the hat red' }],
])('in %s: "%s" changes what it names', (session, message, action) => {
  expect(read(session, message)).toEqual([action]);
});

// What three strangers said in sessions of thirty messages, and was read as something that would make them leave.
test.each([
  ['chain', "hmm that's not really bigger", [{ type: 'ask' }]],
  ['chain', 'why is the balloon so tiny', [{ type: 'ask' }]],
  ['chain', 'can it say "Happy 7th"', [{ type: 'edit' }]],
  ['chain', 'how many pictures have I made', [{ type: 'answer', kind: 'count' }]],
  ['chain', 'ok this is fun, how do I print it?', [{ type: 'answer', kind: 'how' }]],
  ['four', 'the second of those is nice, keep it', [{ type: 'go-to', version: 2 }]],
  ['chinese', '小猫可以穿条红裙子吗', [{ type: 'edit', prompt: '小猫穿条红裙子' }]],
  ['chinese', '给小狗加一个朋友', [{ type: 'edit' }]],
  ['chinese', '怎么没看到帽子啊', [{ type: 'ask' }]],
  ['chinese', '来三张不一样的', [{ type: 'vary', count: 3 }]],
  ['chinese', '我们一共改了哪些地方', [{ type: 'answer', kind: 'history' }]],
  ['chinese', '新画一张：小熊在睡觉', [{ type: 'new', prompt: '小熊在睡觉' }]],
  ['chinese', '这个故事叫《小猫的冬天》，帮我改名', [{ type: 'rename', title: '小猫的冬天' }]],
  ['chinese', 'v2 but 背景是 city', [{ type: 'edit', prompt: '背景是城市', target: { version: 2 } }]],
  ['chinese', '再来 two more', [{ type: 'vary', count: 2 }]],
  ['chinese', '用 the first one 继续', [{ type: 'go-to', version: 1 }]],
  ['chinese', '不要这个 style，go back', [{ type: 'undo' }]],
  ['chinese', 'cat 的 eyes 要 green', [{ type: 'edit', prompt: 'cat 的 eyes 要 green' }]],
  ['chinese', 'what did we do so far 啊', [{ type: 'answer', kind: 'history' }]],
  ['chinese', 'combine v1 和 v3', [{ type: 'combine' }]],
  ['chain', "that's more like it", [{ type: 'answer', kind: 'thanks' }]],
  ['chain', 'how much does it cost?', [{ type: 'answer', kind: 'declined' }]],
  ['chinese', '把它删了', [{ type: 'answer', kind: 'declined' }]],
  ['chinese', '帽子呢？', [{ type: 'ask' }]],
  ['chinese', '多少钱一张', [{ type: 'answer', kind: 'declined' }]],
  ['chinese', '来张全新的，海边的房子', [{ type: 'new', prompt: '海边的房子' }]],
  ['chinese', 'ok 88', [{ type: 'answer', kind: 'thanks' }]],
])('in %s: "%s" is understood', (session, message, plan) => {
  expect(read(session, message)).toEqual(plan.map((step) => expect.objectContaining(step)));
});

it('draws ordinary prompts without asking', () => {
  const { prompts, notDrawn } = measureOrdinary();
  expect(prompts).toBeGreaterThan(300);
  expect(notDrawn / prompts).toBeLessThan(0.02);
});

test.each([
  ['one', 'these are all really cute'],
  ['empty', 'yo whats up dude'],
  ['chain', 'hmm the hat looked better, back to that'],
  ['running', 'nah dont bother with the dragon'],
  ['one', 'please make this go away forever, delete it all'],
  ['chain', 'you did the opposite of what i asked'],
  ['chinese', '你根本没听懂我说的'],
  ['chinese', '还是喜欢有帽子的那会儿'],
])('in %s: "%s" is not drawn', (session, message) => {
  expect(read(session, message).some(isDrawing)).toBe(false);
});

describe('a description of several sentences is one picture', () => {
  it.each([
    [
      'empty',
      'A quiet street at night. A cat sits on a wall; the moon is full. Rain falls, and a window glows.',
    ],
    ['empty', '夜晚安静的街道，一只猫坐在墙上，满月当空，下着雨，窗户透出暖光，画面宁静。'],
  ])('in %s: %s', (session, message) => {
    expect(read(session, message)).toEqual([{ type: 'new', prompt: message.replace(/[.。]$/u, '') }]);
  });

  it('but steps that are said one after the other are steps', () => {
    expect(read('empty', 'draw a cat. then make it blue. then add a hat').map(({ type }) => type)).toEqual([
      ...['new', 'edit', 'edit'],
    ]);
  });
});

it('finds each kind between impossible and sure, and the same words the same', () => {
  const scene = new Scene({ session: SESSIONS.chain!, knows: null, model: null });
  for (const text of ['', '…', 'undo', '撤销', 'a '.repeat(400)]) {
    const likely = likelyKinds(scene, text);
    for (const kind of KINDS) {
      expect(likely.of(kind)).toBeGreaterThanOrEqual(0);
      expect(likely.of(kind)).toBeLessThanOrEqual(1);
      expect(likelyKinds(scene, text).of(kind)).toBe(likely.of(kind));
    }
  }
  expect(likelyKinds(scene, 'take that back please').best()).toBe('undo');
});
