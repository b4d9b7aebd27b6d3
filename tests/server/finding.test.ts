/** Finding again: by the whole branch of instructions, by drawn words, by emoji, favourites, tags; taking along, duplicating. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { GalleryPage, PictureView, SessionPage, SessionView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

const found = async (client: Client, query: string) =>
  (await client.call<GalleryPage>('GET', `/api/pictures?${query}`)).body.pictures.map(
    ({ prompt, version }) => `v${version} ${prompt}`,
  );
const messages = async (client: Client, q: string) =>
  (
    await client.call<{ hits: { snippet: { text: string }[] }[] }>(
      'GET',
      `/api/search?q=${encodeURIComponent(q)}`,
    )
  ).body.hits.map(({ snippet }) => snippet.map(({ text }) => text).join(''));

it('finds an edit by what the picture was before, by the words drawn in it, in any script, and by emoji', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a turtle on a beach 🐢', options: QUICK });
  await client.turn(id, { prompt: 'make it night', mode: 'edit', options: QUICK });
  await client.turn(id, { prompt: '加一顶红色的帽子', mode: 'edit', options: QUICK });
  await client.turn(id, { prompt: 'a sign', renderTexts: ['OPEN LATE'], options: QUICK });
  await client.untilEnds(id, 4);
  const branch = ['v3 加一顶红色的帽子', 'v2 make it night', 'v1 a turtle on a beach 🐢'];
  expect(await found(client, 'q=turtle')).toEqual(branch);
  expect(await found(client, 'q=turtle%20night')).toEqual(branch.slice(0, 2));
  expect(await found(client, `q=${encodeURIComponent('红色')}`)).toEqual(branch.slice(0, 1));
  expect(await found(client, `q=${encodeURIComponent('🐢')}`)).toEqual(branch);
  expect(await found(client, `q=${encodeURIComponent('🦊')}`)).toEqual([]);
  expect(await found(client, 'q=late')).toEqual(['v4 a sign']);
  expect(await found(client, 'q=turtle&sort=oldest')).toEqual(branch.toReversed());
  // A message is found by what it says itself.
  expect(await messages(client, 'turtle')).toHaveLength(2);
  expect(await messages(client, '🐢')).toHaveLength(2);
});

/** A session with a red, a green and a blue picture that were added. */
async function coloured() {
  const client = await serve();
  const { id } = await client.newSession();
  const pictures: PictureView[] = [];
  for (const background of ['#ff0000', '#00ff00', '#0000ff']) {
    const file = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
    pictures.push((await client.upload(id, file)).body.turn.pictures[0]!);
  }
  return { client, id, pictures };
}

it('lists favourites, page by page in both orders, and tells every tab', async () => {
  const { client, id, pictures } = await coloured();
  for (const { id: pictureId } of pictures.slice(0, 2))
    expect((await client.call('PATCH', `/api/pictures/${pictureId}`, { favourite: true })).status).toBe(200);
  const ids = async (query: string) => {
    const all: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: GalleryPage = (
        await client.call<GalleryPage>(
          'GET',
          `/api/pictures?limit=1&${query}${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
      all.push(...page.pictures.map((picture) => picture.id));
      cursor = page.nextCursor;
    }
    return all;
  };
  const [red, green] = pictures.map((picture) => picture.id);
  expect(await ids('favourites=true')).toEqual([green, red]);
  expect(await ids('favourites=true&sort=oldest')).toEqual([red, green]);
  expect(await ids('sort=oldest')).toHaveLength(3);
  const marked = await client.until(id, (event) => event.type === 'picture.marked');
  expect(marked.at(-1)!.payload).toMatchObject({ picture: { id: red, isFavourite: true } });
  await client.call('PATCH', `/api/pictures/${red}`, { favourite: false });
  expect(await ids('favourites=true')).toEqual([green]);
  expect((await client.call('PATCH', '/api/pictures/nobody', { favourite: true })).status).toBe(404);
});

it('pinned sessions stand on the first page; tags are found again', async () => {
  const client = await serve();
  const first = await client.newSession();
  for (let nth = 0; nth < 3; nth += 1) await client.newSession();
  const list = async (query = '') =>
    (await client.call<SessionPage>('GET', `/api/sessions?${query}`)).body.sessions.map(({ id }) => id);
  expect(await list('limit=2')).not.toContain(first.id);
  const change = { pinned: true, tags: ['work', '海报', 'work'] };
  const { body } = await client.call<{ session: SessionView }>('PATCH', `/api/sessions/${first.id}`, change);
  expect(body.session).toMatchObject({ tags: ['work', '海报'], pinnedAt: expect.any(Number) });
  expect(await list('limit=2')).toContain(first.id);
  expect(await list(`tag=${encodeURIComponent('海报')}`)).toEqual([first.id]);
  expect(await list('tag=wor')).toEqual([]);
  expect((await client.call('GET', '/api/tags')).body).toEqual({ tags: ['work', '海报'] });
  await client.call('PATCH', `/api/sessions/${first.id}`, { pinned: false, tags: [] });
  expect(await list('limit=2')).not.toContain(first.id);
  expect((await client.call('GET', '/api/tags')).body).toEqual({ tags: [] });
});

it('takes pictures along with their branches, and hides them where they were only when they move', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a castle', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 2);
  const { turns } = await client.open(id);
  const night = turns[1]!.pictures[0]!;
  const there = (await client.newSession()).id;
  const take = (sessionId: string, pictureIds: string[], move = false) =>
    client.call('POST', `/api/sessions/${sessionId}/pictures`, { pictureIds, move });
  expect((await take(there, [night.id])).status).toBe(201);
  const taken = (await client.open(there)).turns;
  expect(taken.map(({ prompt }) => prompt)).toEqual(['a castle', 'at night']);
  expect(taken[1]!.pictures[0]!.hash).toBe(night.hash);
  expect((await client.open(id)).turns.every(({ state }) => state === 'active')).toBe(true);
  const moved = (await client.newSession()).id;
  await take(moved, [night.id], true);
  expect((await client.open(id)).turns.map(({ state }) => state)).toEqual(['active', 'removed']);
  expect((await take(moved, ['nobody'])).status).toBe(404);
  // Undo brings it back where it was.
  await client.call('POST', `/api/sessions/${id}/undo`);
  expect((await client.open(id)).turns.map(({ state }) => state)).toEqual(['active', 'active']);
});

it('a session is duplicated with all that is in it', async () => {
  const { client, id, pictures } = await coloured();
  await client.call('PATCH', `/api/sessions/${id}`, { title: 'Colours' });
  const twice = async (of: string) =>
    (await client.call<{ session: SessionView }>('POST', `/api/sessions/${of}/duplicate`)).body.session;
  const second = await twice(id);
  expect(second.title).toBe('Colours (2)');
  expect((await twice(second.id)).title).toBe('Colours (3)');
  const hashes = (await client.open(second.id)).turns.map((turn) => turn.pictures[0]!.hash);
  expect(hashes).toEqual(pictures.map(({ hash }) => hash));
});
