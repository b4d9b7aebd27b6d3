/** Prompts in words that the model understands best: typed and sent are kept, and what must stay is never changed. */
import { expect, it } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { languageEntry } from '../../server/language/language-entry.ts';
import type { WordingAnswer } from '../../studio/protocol.ts';
import { QUICK, serve } from './harness.ts';
import { LoopbackLanguage, saying } from './loopback-language.ts';

const PROMPT = 'a sign that says "OPEN"';
const WORDING = 'flat style, a wooden sign in a street that says "OPEN", soft light';

it('a turn keeps what was typed and what was sent, in its row and its receipt; a changed text is refused', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { body } = await client.turn(id, { prompt: PROMPT, wording: WORDING, options: QUICK });
  const turn = await client.finished(id, body.turn!.id);
  expect([turn.prompt, turn.sentPrompt, turn.recipe!.renderTexts]).toEqual([PROMPT, WORDING, ['OPEN']]);
  const saved = await fetch(`${client.url}/images/${turn.pictures[0]!.hash}?download=v1.png`);
  const receipt = readReceipt(new Uint8Array(await saved.arrayBuffer()))!;
  expect(receipt.turns[0]).toMatchObject({ prompt: PROMPT, sentPrompt: WORDING });

  // A mention is the same picture in both; what is sent again is the same words.
  const edit = { mode: 'edit', prompt: 'like @v1, at night', wording: 'at night, like @v1, dark' } as const;
  const edited = await client.turn(id, { ...edit, options: QUICK });
  expect(edited.body.turn!.sentPrompt).toBe('at night, like image 1, dark');
  const again = await client.call<{ turn: typeof turn }>('POST', `/api/turns/${turn.id}/repeat`, {});
  expect(again.body.turn.sentPrompt).toBe(WORDING);
  for (const wording of ['a sign that says "CLOSED"', 'a sign that says OPEN', '"OPEN" and "OPEN"', ' '])
    expect((await client.turn(id, { prompt: PROMPT, wording, options: QUICK })).status).toBe(400);
  const lost = await client.turn(id, { ...edit, wording: 'at night', options: QUICK });
  expect([lost.status, lost.body.error!.reason]).toEqual([400, 'wording']);
});

it('a language model words prompts where one is named, and is not believed where it changes what must stay', async () => {
  const loopback = await LoopbackLanguage.start(saying(WORDING));
  const language = languageEntry.parse({ address: loopback.address, model: 'loopback' });
  const client = await (await serve({ language })).ready();
  const { id } = await client.newSession();
  const ask = async (prompt: string) =>
    (await client.call<WordingAnswer>('POST', `/api/sessions/${id}/wording`, { prompt, mode: 'new' })).body;
  expect(await ask(PROMPT)).toMatchObject({
    wording: WORDING,
    model: 'loopback',
    failure: null,
    calls: [{}],
  });
  expect(JSON.stringify(loopback.asked[0]!.messages)).toContain('OPEN');
  loopback.behave(saying('a sign that says "HACKED"'));
  expect(await ask(PROMPT)).toMatchObject({ wording: PROMPT, model: null, failure: 'forbidden' });
  loopback.behave(saying(''));
  expect(await ask(PROMPT)).toMatchObject({ wording: PROMPT, model: null, failure: 'empty' });
  loopback.behave((response) => void response.writeHead(500).end());
  expect(await ask(PROMPT)).toMatchObject({ wording: PROMPT, model: null, failure: 'unreachable' });
});
