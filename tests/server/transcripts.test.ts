/**
 * Ten sessions of twenty messages each, in two languages, over the real server and a real engine: every message is understood as what it is,
 * asked back or plainly declined; nothing is drawn of what asks for no drawing, and no picture is ever lost. Four of them are read by
 * a language model that fails in another way at every message.
 */
import { expect, test } from 'vitest';
import { languageEntry } from '../../server/language/language-entry.ts';
import { isDrawing } from '../../studio/agent/action-kinds.ts';
import type { Action } from '../../studio/agent/actions.ts';
import type { ComposedAnswer, SessionEvent, SessionSnapshot, SessionView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';
import { type Behaviour, LoopbackLanguage, saying, stream } from './loopback-language.ts';

/** Some seconds on an idle machine. */
const SLOWLY_MS = 900_000;

/** What is said, and what it is: the types of its steps, or the kind of an answer. */
type Said = readonly [text: string, is: string];

const TRANSCRIPTS: Record<string, readonly Said[]> = {
  'a fox, in passing': [
    ['hey there!', 'greeting'],
    ['what can you do?', 'capabilities'],
    ['a red fox on a hill', 'new'],
    ['wow nice', 'thanks'],
    ['make it night', 'edit'],
    ['can the fox have a scarf?', 'edit'],
    ['which one had no scarf yet?', 'which'],
    ['undo that', 'undo'],
    ['redo', 'redo'],
    ['back to the first one', 'go-to'],
    ["hmm that's not what I wanted", 'ask'],
    ['the last one please', 'go-to'],
    ['compare the first and the last', 'compare'],
    ['delete everything', 'declined'],
    ['what seed did v1 have?', 'about'],
    ['new picture: a lighthouse', 'new'],
    ['how many pictures do we have?', 'count'],
    ['call this session Foxy', 'rename'],
    ['download this', 'export'],
    ['thanks, bye!', 'thanks'],
  ],
  'several steps at once': [
    ['draw a cat and then make it blue', 'new edit'],
    ['add a moon and put a hat on it', 'edit edit'],
    ['undo', 'undo'],
    ['ok', 'thanks'],
    ['what have we done so far?', 'history'],
    ['one more like this', 'vary'],
    ['two more like the first', 'vary'],
    ['show v2', 'go-to'],
    ['are you a robot?', 'model'],
    ['tell me a joke', 'declined'],
    ['turn this into a video', 'declined'],
    ['go to v1 and add snow', 'go-to edit'],
    ['again', 'vary'],
    ['again with 2 steps', 'repeat'],
    ['asdfgh', 'ask'],
    ['which version has the snow?', 'which'],
    ['how do I save this to my computer?', 'how'],
    ['search for owls', 'search'],
    ['make it nicer', 'ask'],
    ['good night', 'thanks'],
  ],
  'an edit that was wrong': [
    ['a white rabbit in a meadow', 'new'],
    ['give it a hat', 'edit'],
    ['make the background blue', 'edit'],
    ['add a balloon', 'edit'],
    ['leave out the hat', 'leave-out'],
    ['no, undo that', 'undo'],
    ['why is the background blue?', 'about'],
    ['the one with the hat', 'go-to'],
    ['before the hat', 'go-to'],
    ['v4', 'go-to'],
    ['in step 2 make it a crown instead', 'reword'],
    ['you did not listen', 'ask'],
    ['wipe the whole session', 'declined'],
    ["what's the weather like?", 'declined'],
    ['apply all edits at once on the first', 'apply-as-one'],
    ['v99', 'ask'],
    ['can you draw dragons?', 'knows'],
    ['help', 'capabilities'],
    ['nope', 'ask'],
    ['cool', 'thanks'],
  ],
  'strangers in a hurry': [
    ['yo', 'greeting'],
    ['boat', 'new'],
    ['MAKE IT RED', 'edit'],
    ['now a completely different thing: a castle', 'new'],
    ['back to the red one', 'go-to'],
    ['smaller', 'edit'],
    ['???', 'ask'],
    ['v1 vs v2', 'compare'],
    ['lol', 'thanks'],
    ['send it to my mum', 'declined'],
    ['what model is this', 'model'],
    ['ctrl z', 'undo'],
    ['undo the undo', 'redo'],
    ['save as png', 'export'],
    ['rename this to boats', 'rename'],
    ['2+2', 'declined'],
    ['i hate it', 'ask'],
    ['surprise me', 'ask'],
    ['whats up', 'greeting'],
    ['that is all', 'thanks'],
  ],
  'looks and words': [
    ['a poster with the word "HELLO"', 'new'],
    ['change the word to "BYE"', 'edit'],
    ['write "undo" below it', 'edit'],
    ['make the letters gold', 'edit'],
    ['go to the HELLO one', 'go-to'],
    ['a house by a lake, in watercolour', 'new'],
    ['draw a boat in the style of the first', 'style'],
    ['where am I now?', 'which'],
    ['what did I write for v1?', 'about'],
    ['export the session', 'export'],
    ['can you speak german?', 'knows'],
    ['how long will it take?', 'status'],
    ['delete v1 for good', 'declined'],
    ['is this stable diffusion?', 'model'],
    ['show me what you can do', 'capabilities'],
    ['hmm', 'ask'],
    ['do better', 'ask'],
    ['undo two steps', 'undo'],
    ['love it', 'thanks'],
    ['see you', 'thanks'],
  ],
  小猫: [
    ['你好', 'greeting'],
    ['你能做什么？', 'capabilities'],
    ['一只小猫坐在草地上', 'new'],
    ['加一顶帽子', 'edit'],
    ['背景换成蓝色', 'edit'],
    ['太棒了', 'thanks'],
    ['哪一张有帽子？', 'which'],
    ['撤销', 'undo'],
    ['重做', 'redo'],
    ['回到第一张', 'go-to'],
    ['不对', 'ask'],
    ['最后一张', 'go-to'],
    ['对比第一张和第三张', 'compare'],
    ['全部删掉', 'declined'],
    ['第二张的种子是多少？', 'about'],
    ['换个主题：灯塔', 'new'],
    ['一共几张图？', 'count'],
    ['会话改名为小猫', 'rename'],
    ['下载这张', 'export'],
    ['谢谢，再见', 'thanks'],
  ],
  一次几步: [
    ['先画一个杯子，然后在杯子上画一朵花', 'new edit'],
    ['加一个月亮，再把背景改成红色', 'edit edit'],
    ['撤销上一步', 'undo'],
    ['好的', 'thanks'],
    ['我们都改了什么？', 'history'],
    ['再来一张', 'vary'],
    ['像第一张那样再来两张', 'vary'],
    ['看第二张', 'go-to'],
    ['你是机器人吗', 'model'],
    ['讲个笑话', 'declined'],
    ['做成视频', 'declined'],
    ['在第一张的基础上加雪', 'edit'],
    ['重新生成', 'vary'],
    ['用2步再来一次', 'repeat'],
    ['嗯…', 'ask'],
    ['哪张有雪？', 'which'],
    ['怎么保存到电脑？', 'how'],
    ['搜索猫头鹰', 'search'],
    ['改好看点', 'ask'],
    ['晚安', 'thanks'],
  ],
  改错了: [
    ['一只兔子在草地上', 'new'],
    ['给它戴一顶帽子', 'edit'],
    ['背景改成蓝色', 'edit'],
    ['加一个气球', 'edit'],
    ['去掉帽子那一步，其他保留', 'leave-out'],
    ['撤回', 'undo'],
    ['为什么背景是蓝的', 'about'],
    ['戴帽子的那张', 'go-to'],
    ['原图', 'go-to'],
    ['v4', 'go-to'],
    ['把第二步改成戴皇冠', 'reword'],
    ['你没听懂我的话', 'ask'],
    ['把聊天记录清空', 'declined'],
    ['今天天气怎么样', 'declined'],
    ['所有修改一次做完', 'apply-as-one'],
    ['第九十九张', 'ask'],
    ['你会画龙吗', 'knows'],
    ['帮助', 'capabilities'],
    ['不好看', 'ask'],
    ['不错', 'thanks'],
  ],
  匆忙的人: [
    ['在吗', 'greeting'],
    ['船', 'new'],
    ['改成红色', 'edit'],
    ['另外画一座城堡', 'new'],
    ['回到红色的船', 'go-to'],
    ['小一点', 'edit'],
    ['？？', 'ask'],
    ['比较v1和v2', 'compare'],
    ['哈哈', 'thanks'],
    ['发给我朋友', 'declined'],
    ['什么模型', 'model'],
    ['退一步', 'undo'],
    ['取消撤销', 'redo'],
    ['存成png', 'export'],
    ['标题改成船', 'rename'],
    ['算一下3加5', 'declined'],
    ['难看', 'ask'],
    ['随便', 'ask'],
    ['早上好', 'greeting'],
    ['就这样吧', 'thanks'],
  ],
  'both languages': [
    ['hello 你好', 'greeting'],
    ['a small house', 'new'],
    ['改成晚上', 'edit'],
    ['add a tree on the left', 'edit'],
    ['回到第一张', 'go-to'],
    ['make the house red', 'edit'],
    ['加点雪', 'edit'],
    ['which one has the tree?', 'which'],
    ['撤销', 'undo'],
    ['redo', 'redo'],
    ['the night version', 'go-to'],
    ['删除所有图片', 'declined'],
    ['how many versions are there?', 'count'],
    ['这是什么模型', 'model'],
    ['draw something', 'ask'],
    ['再来两张', 'vary'],
    ['compare v1 and v2', 'compare'],
    ['改名叫房子', 'rename'],
    ['download v2', 'export'],
    ['谢谢 bye', 'thanks'],
  ],
};

const kindOf = (action: Action): string => (action.type === 'answer' ? action.kind : action.type);

/** Says everything, and holds after each message that only what draws made turns, and that no picture went. */
async function talk(client: Client, transcript: readonly Said[]) {
  const { id } = await client.newSession();
  const read: Said[] = [];
  let pictures = 0;
  for (const [place, [text]] of transcript.entries()) {
    // As the composer has it: what is written changes the newest picture once there is one.
    const mode = pictures > 0 ? 'edit' : 'new';
    const say = () =>
      client.call<ComposedAnswer>(
        'POST',
        `/api/sessions/${id}/messages`,
        { text, turn: { prompt: text, mode, options: QUICK } },
        { 'Idempotency-Key': `say-${place}` },
      );
    const { status, body } = await say();
    expect([text, status]).toEqual([text, 202]);
    // What is a turn as it stands has no message beside it.
    const plan: readonly Pick<Action, 'type'>[] = body.message?.plan ?? [{ type: 'edit' }];
    read.push([text, body.message?.plan.map(kindOf).join(' ') ?? body.turns[0]!.mode!]);
    const after = await settled(client, id);
    const made = after.turns.flatMap((turn) => turn.pictures).length;
    // Replays of later edits draw too, and keep what they draw again.
    expect([text, made >= pictures]).toEqual([text, true]);
    if (!plan.some(({ type }) => isDrawing({ type } as Action) || REPLAYS.has(type)))
      expect([text, made]).toEqual([text, pictures]);
    pictures = made;
    // Sent again it is the same message, and nothing more is made.
    const again = await say();
    expect([text, again.body.message?.id, again.body.message?.plan]).toEqual([
      text,
      body.message?.id,
      body.message?.plan,
    ]);
  }
  return { id, read };
}

/** Commands that make later edits again. */
const REPLAYS: ReadonlySet<string> = new Set(['leave-out', 'take-in', 'move', 'reword', 'apply-as-one']);

/** The session once nothing of it is drawn or carried out any more. */
async function settled(client: Client, id: string): Promise<SessionSnapshot> {
  for (;;) {
    const snapshot = await client.open(id);
    const isDone = snapshot.turns.every(
      ({ job }) => !job || ['done', 'failed', 'cancelled'].includes(job.state),
    );
    const isTaken = snapshot.messages.every(
      ({ plan, outcomes }) => outcomes.length === plan.length || outcomes.at(-1)?.refusal !== undefined,
    );
    if (isDone && isTaken) return snapshot;
    await client.until(id, (event: SessionEvent) => event.seq > snapshot.seq, snapshot.seq);
  }
}

/** What of a session travels. */
const toldBy = ({ turns, messages }: SessionSnapshot) => ({
  pictures: turns.map(({ prompt, pictures }) => [prompt, pictures.map(({ hash }) => hash)]),
  messages: messages.map(({ text, plan, said }) => ({ text, plan, said })),
});

test.each(Object.entries(TRANSCRIPTS))(
  '%s',
  async (_, transcript) => {
    expect(transcript).toHaveLength(20);
    const client = await (await serve()).ready();
    const { id, read } = await talk(client, transcript);
    expect(read).toEqual(transcript);
    // The stored plans, words and pictures are all of it: taken in again nothing is read or drawn anew.
    const before = await settled(client, id);
    const file = await fetch(`${client.url}/api/sessions/${id}/export`);
    const taken = await fetch(`${client.url}/api/sessions/import`, {
      method: 'POST',
      body: await file.arrayBuffer(),
    });
    const { session } = (await taken.json()) as { session: SessionView };
    expect(toldBy(await client.open(session.id))).toEqual(toldBy(before));
  },
  SLOWLY_MS,
);

const FAILURES: readonly Behaviour[] = [
  // Cut.
  (response) => {
    stream(response)({ content: 'I will ' });
    setTimeout(() => response.destroy(), 20);
  },
  // Broken.
  saying('', { name: 'edit', input: '{"prompt": "make' }),
  // Forbidden.
  saying('', { name: 'delete_session', input: { id: 'all' } }),
  // Nothing at all.
  saying(''),
  // Never.
  () => {},
];

test.each(['a fox, in passing', '小猫'])(
  '%s: with a language model that fails in another way each time, the fixed rules read the same',
  async (name) => {
    const transcript = TRANSCRIPTS[name]!;
    const loopback = await LoopbackLanguage.start(
      ...Array.from({ length: 100 }, (_, k) => FAILURES[k % FAILURES.length]!),
    );
    const language = languageEntry.parse({
      address: loopback.address,
      model: 'loopback',
      timeS: 1,
      steps: 1,
    });
    const client = await (await serve({ language })).ready();
    const { id, read } = await talk(client, transcript);
    expect(read).toEqual(transcript);
    const { messages } = await client.open(id);
    // Undo and redo do not wait for it.
    const asked = messages.filter(({ plan }) => !['undo', 'redo'].includes(plan[0]!.type));
    expect(asked.map(({ text, reading }) => [text, reading?.state])).toEqual(
      asked.map(({ text }) => [text, 'failed']),
    );
  },
  SLOWLY_MS,
);
