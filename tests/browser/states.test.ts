/** What a turn and the settings say in each of their states, in both languages, without a browser: true, whole, and nothing missing. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import { NextIntlClientProvider } from 'next-intl';
import { type ComponentProps, type ComponentType, createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { type Actions, ActionsContext } from '../../app/components/actions/actions.ts';
import { SettingsPage } from '../../app/components/settings/settings-page.tsx';
import { Studio } from '../../app/components/studio/studio.tsx';
import { Turn, type TurnProps } from '../../app/components/turn/turn.tsx';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import type { JobView, TurnView } from '../../studio/protocol.ts';
import { versionTurn } from './turn-views.ts';

const CATALOGUES = { en, zh };
type Locale = keyof typeof CATALOGUES;

const ACTIONS = new Proxy({} as Actions, { get: () => () => {} });
const ROUTER = { push() {}, replace() {}, refresh() {}, prefetch() {}, back() {}, forward() {} };

/** `createElement` hands children on beside the properties, which the type of the provider does not know. */
const Words = NextIntlClientProvider as ComponentType<
  Omit<ComponentProps<typeof NextIntlClientProvider>, 'children'> & { children?: ReactNode }
>;

/** The text of a part of the page; a key without a message is an error. */
function said(part: ReactNode, locale: Locale): string {
  const missing: string[] = [];
  const html = renderToStaticMarkup(
    createElement(
      Words,
      {
        ...{ locale, messages: CATALOGUES[locale], timeZone: 'UTC' },
        onError: (error: Error) => missing.push(error.message),
      },
      createElement(
        QueryClientProvider,
        { client: new QueryClient() },
        createElement(
          AppRouterContext.Provider,
          { value: ROUTER as never },
          createElement(ActionsContext.Provider, { value: ACTIONS }, part),
        ),
      ),
    ),
  );
  expect(missing).toEqual([]);
  return html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
}

const JOB: JobView = {
  ...{ id: 'j', turnId: 't2', state: 'done', attempt: 1, error: null, waitsFor: [] },
  elapsedMs: { encode: 200, prior: 800, denoise: 900, vae: 200 },
};

/** What is said of an edit whose turn was changed so. */
function turnSaid(change: Partial<TurnView>, locale: Locale, props: Partial<TurnProps> = {}): string {
  const edit = versionTurn(2, [[1, 'target']]);
  const recipe = {
    ...{ widthPx: 256, heightPx: 256, seed: 4711, steps: 8, guidanceScale: 1, count: 1 },
    ...{ layout: 'separate', chain: 'exact', modelName: 'mini', modelDigest: 'd', numerics: 'fp32' },
  } as TurnView['recipe'];
  const turn: TurnView = { ...edit, recipe, job: JOB, ...change };
  return said(
    createElement(Turn, {
      ...{
        turn,
        turns: [versionTurn(1), turn],
        place: null,
        progress: undefined,
        cache: [],
        handled: [],
        looks: undefined,
      },
      ...{ chosenId: 'p2', selectedId: null, headId: 'p2', aside: false, shown: false },
      ...props,
    }),
    locale,
  );
}

const unmade = (job: Partial<JobView>): Partial<TurnView> => ({ pictures: [], job: { ...JOB, ...job } });

test.each([
  ['done', {}, 'v2 current version 2.1 s Details', 'v2 当前版本 2.1 s 详情'],
  ['waiting', unmade({ state: 'queued' }), 'Waiting for its turn', '排队中'],
  [
    'waiting for another',
    unmade({ state: 'queued', waitsFor: ['t1'] }),
    'It starts once the picture that it builds on is made.',
    '它所依据的图片完成后才会开始。',
  ],
  ['paused', unmade({ state: 'paused' }), 'Paused Resume', '已暂停 继续'],
  ['running', unmade({ state: 'running' }), 'Read Layout Paint Finish', '读取 布局 绘制 收尾'],
  ['stopped', unmade({ state: 'cancelled' }), 'Your earlier versions are unchanged.', '之前的版本没有变化。'],
  [
    'never started',
    unmade({ state: 'failed', error: { code: 'parent_failed', message: 'x' } }),
    'Not started',
    '没有开始',
  ],
  [
    'failed',
    unmade({ state: 'failed', error: { code: 'disk_full', message: 'The disk is full.' } }),
    'This picture could not be made',
    '这幅图片没能完成',
  ],
] as const)('a turn that is %s says so', (_, change, english, chinese) => {
  expect(turnSaid(change as Partial<TurnView>, 'en')).toContain(english);
  expect(turnSaid(change as Partial<TurnView>, 'zh')).toContain(chinese);
});

test('a turn that waits has no time left beside "paused", and one that never started is not called failed', () => {
  const eta = { lowMs: 1_000, likelyMs: 2_000, highMs: 3_000, runs: 3, at: Date.now() };
  const progress = {
    ...{ startedAt: null, queuePosition: 1, pictureIndex: 0, stage: null, counts: {}, previews: {}, eta },
  };
  expect(turnSaid(unmade({ state: 'queued' }), 'en', { progress })).toMatch(/\d s left/);
  expect(turnSaid(unmade({ state: 'paused' }), 'en', { progress })).not.toMatch(/left/);
  const stranded = unmade({ state: 'failed', error: { code: 'parent_failed', message: 'x' } });
  expect(turnSaid(stranded, 'en')).not.toContain('could not be made');
});

test.each([
  ['shift', 'What should have stayed has moved.'],
  ['scale', 'What should have stayed has changed its size.'],
  ['ssim', 'The rest of the picture changed too.'],
] as const)('drift %s is told in plain words, with the cure, and without figures', (alarm, sentence) => {
  const { pictures, ...edit } = versionTurn(2, [[1, 'target']]);
  const parent = { pictureId: 'p1', outsidePsnrDb: 21.3, outsideSsim: 0.7, shiftPx: { x: 8, y: 0 } };
  const drift = {
    parent: { ...parent, changedShare: 0.9, changedTokenShare: null },
    ...{ root: null, region: 'estimated' as const, alarms: [alarm] },
  };
  const text = turnSaid({ ...edit, pictures: [{ ...pictures[0]!, drift }] }, 'en');
  expect(text).toContain(`${sentence} Hold it with a mask`);
  expect(text.slice(0, text.indexOf('Hold it with a mask'))).not.toMatch(/dB|px/);
});

test('what was not understood is said with what would take its place', () => {
  const note = {
    code: 'not_understood' as const,
    reason: 'thing',
    params: { asked: 'bicycle' },
    field: 'prompt',
  };
  const warnings = [{ ...note, span: { start: 0, end: 6 }, suggestions: ['car', 'train'] }];
  expect(turnSaid({ warnings }, 'en')).toContain('Not understood: bicycle car train');
});

test.each(['en', 'zh'] as const)('the settings have every section, %s', (locale) => {
  const text = said(createElement(SettingsPage, { version: '1.2.3' }), locale);
  const { appearance, writing, news, sessions, storage, data, about } = CATALOGUES[locale].settings;
  for (const section of [appearance, writing, news, sessions, storage, data, about])
    expect(text).toContain(section);
  expect(text).toContain('1.2.3');
});

test.each(['en', 'zh'] as const)('the whole page is written before anything is known, %s', (locale) => {
  const text = said(createElement(Studio), locale);
  const { start, shell, composer } = CATALOGUES[locale];
  for (const words of [start.headline, start.subline, shell.newSession, composer.modes.new])
    expect(text).toContain(words);
});
