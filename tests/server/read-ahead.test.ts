/** What a user most likely asks for next is read while they type. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TurnBody } from '../../studio/protocol.ts';
import { gradientPng } from '../engine/requests.ts';
import { LiveServer, QUICK } from './live-server.ts';

const PAUSES_MS = [1_000, 3_000, 10_000];

test('an upload is encoded before it is named in a message; so is the picture of a turn', async () => {
  const server = await LiveServer.start(mkdtempSync(join(tmpdir(), 'palimpsest-ahead-')));
  try {
    let found: Record<string, boolean[]> = {};
    // How long a machine takes is not known; a longer pause only makes the claim easier to keep.
    for (const [i, pauseMs] of PAUSES_MS.entries()) {
      const { id: session } = await server.newSession();
      const { body } = await server.upload(session, await gradientPng(QUICK.widthPx, QUICK.heightPx, i));
      const edit = async (pictureId: string) => {
        await new Promise((next) => setTimeout(next, pauseMs));
        const turn: TurnBody = {
          prompt: 'brighter',
          mode: 'edit',
          inputs: [{ pictureId, role: 'target' }],
          options: QUICK,
        };
        const { body } = await server.turn(session, turn);
        return server.finished(session, body.turn.id);
      };
      const first = await edit(body.turn!.pictures[0]!.id);
      const second = await edit(first.pictures[0]!.id);
      const events = await server.untilEnds(session, 2);
      const uses = events.flatMap((event) => (event.type === 'cache' ? [event.payload] : []));
      const kept = (turnId: string) =>
        // Each event tells all that the caches did for its turn so far.
        uses
          .findLast((payload) => payload.turnId === turnId)!
          .entries.filter(({ what }) => what === 'reference-kv')
          .map(({ hit }) => hit);
      found = { first: kept(first.id), second: kept(second.id) };
      if (Object.values(found).flat().every(Boolean)) break;
    }
    expect(found).toEqual({ first: [true], second: [true] });
  } finally {
    await server.kill();
  }
});
