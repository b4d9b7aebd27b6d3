/** What a paste or a drop brings, told apart before anything is sent; and drafts where storage is forbidden, full, or shared by two tabs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { droppedFiles, isReadable, pastedFiles } from '../../app/components/composer/brought-files.ts';
import { enterSends, type Preferences } from '../../app/components/state/preferences.ts';

const file = (name: string, type = 'image/png') => new File(['x'], name, { type });
const data = (files: File[], text = '', folders: string[] = []) => ({
  files: files as unknown as FileList,
  getData: (kind: string) => (kind === 'text/plain' ? text : ''),
  items: files.map(({ name }) => ({
    kind: 'file',
    webkitGetAsEntry: () => ({ isDirectory: folders.includes(name), name }) as FileSystemEntry,
  })),
});
const names = (files: File[]) => files.map(({ name }) => name);

test.each([
  ['a copied picture', [file('image.png')], '', ['image.png']],
  ['cells of a table program: text, and a picture of it', [file('image.png')], 'Fox\t3\nOwl\t5', []],
  ['a paragraph of a text program', [file('image.png')], 'A fox in the snow', []],
  ['a copied file, whose name is the text', [file('fox.png')], 'fox.png', ['fox.png']],
  ['several copied files', [file('a.png'), file('b.png')], 'a.png\nb.png', ['a.png', 'b.png']],
  [
    'a picture copied from a page, with its address',
    [file('image.png')],
    'https://example.org/fox.png',
    ['image.png'],
  ],
  ['a sentence with an address in it', [file('image.png')], 'see https://example.org/fox.png', []],
  ['text alone', [], 'a fox', []],
])('%s', (_, files, text, expected) => {
  expect(names(pastedFiles(data(files as File[], text as string)))).toEqual(expected);
});

test('a folder is no file, and is named', () => {
  const brought = droppedFiles(
    data([file('fox.png'), file('photos', ''), file('notes.txt')], '', ['photos']),
  );
  expect([names(brought.files), brought.folders]).toEqual([['fox.png', 'notes.txt'], ['photos']]);
});

test('what cannot be read is found out before it is sent', async () => {
  expect(await isReadable(file('fox.png'))).toBe(true);
  const gone = {
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }),
  };
  expect(await isReadable(gone as unknown as Blob)).toBe(false);
});

test.each([
  ['a keyboard', false, true],
  ['a touch screen', true, false],
])('Enter on %s: sends or breaks the line, unless the settings say otherwise', (_, isTouch, sends) => {
  vi.stubGlobal('matchMedia', (query: string) => ({ matches: query === '(pointer: coarse)' && isTouch }));
  const by = (enter: Preferences['enter']) => enterSends({ enter } as Preferences);
  expect([by(null), by('sends'), by('breaks')]).toEqual([sends, true, false]);
});

const page = new EventTarget();
beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => vi.unstubAllGlobals());

test.each([
  ['to look for it throws', undefined],
  ['to read it throws', () => ({ getItem: forbidden, setItem: forbidden })],
  ['there is none', () => undefined],
])('drafts live where storage is forbidden: %s', async (_, storage) => {
  vi.stubGlobal('localStorage', undefined);
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get: storage ?? forbidden });
  const { readDraft, writeDraft, clearDraft } = await import('../../app/components/state/drafts.ts');
  expect(readDraft('s').text).toBe('');
  writeDraft('s', { text: 'a fox' });
  expect(readDraft('s').text).toBe('a fox');
  clearDraft('s');
  expect(readDraft('s').text).toBe('');
});

function forbidden(): never {
  throw new DOMException('The operation is insecure.', 'SecurityError');
}

test('what another tab writes stands here too, and is not overwritten by what stood here before', async () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
  vi.doMock('react', () => ({
    useSyncExternalStore: (subscribe: (on: () => void) => void) => subscribe(() => {}),
  }));
  const { readDraft, useDraft, writeDraft } = await import('../../app/components/state/drafts.ts');
  useDraft('s');
  writeDraft('s', { text: 'a fox' });
  stored.set('draft:s', JSON.stringify({ text: 'a fox in the snow' }));
  page.dispatchEvent(Object.assign(new Event('storage'), { key: 'draft:s' }));
  expect(readDraft('s').text).toBe('a fox in the snow');
  writeDraft('s', { options: { count: 2 } });
  expect(readDraft('s')).toMatchObject({ text: 'a fox in the snow', options: { count: 2 } });
  vi.doUnmock('react');
});
