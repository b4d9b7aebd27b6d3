/** Server-sent events come in pieces that are cut anywhere, in letters too. */
import { expect, test } from 'vitest';
import { EventStream } from '../../engine/remote/adapters/event-stream.ts';

const read = (text: string, pieceBytes: number): unknown[] => {
  const events: unknown[] = [];
  const stream = new EventStream((event) => events.push(event));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) stream.add(bytes.subarray(at, at + pieceBytes));
  stream.end();
  return events;
};

const EVENTS = [
  { type: 'image_generation.partial_image', b64_json: 'aGk=' },
  { type: 'error', error: { message: '画不了 “这个”' } },
];
const lines = ({ type, ...rest }: { type: string }, end: string) =>
  [`event: ${type}`, `data: ${JSON.stringify({ type, ...rest })}`, '', ''].join(end);

test.each([['\n'], ['\r\n'], ['\r']])('whatever ends a line: %j', (end) => {
  const text = EVENTS.map((event) => lines(event, end)).join('');
  for (const pieceBytes of [1, 2, 3, 7, 1000]) expect(read(text, pieceBytes)).toEqual(EVENTS);
});

test('comments, beats and the closing word say nothing; what ends without a line end is read', () => {
  expect(read(': beat\n\ndata: [DONE]\n\ndata: {"type":\ndata: "last"}', 4)).toEqual([{ type: 'last' }]);
  expect(read('data: {"cut": ', 5)).toEqual([]);
});
