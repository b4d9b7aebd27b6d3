/**
 * Two people in one studio, each in a browser of their own: the first administrator comes by the printed link and lets the other in;
 * neither sees what the other has, not in lists, searches, the gallery, the queue or by an address; and one who leaves is out.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conversation, DESKTOP, picture, type Studio, send, startStudio, untilPicture } from './studio.ts';

const PASSWORD = 'correct horse battery';
const SIDE_PX = 64;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio({ env: { PALIMPSEST_ACCOUNTS: '1' } });
});
afterAll(() => studio?.close());

test('two people use one studio without seeing each other', async () => {
  const options = { viewport: DESKTOP, sidePx: SIDE_PX };
  const link = studio.said.join('\n').match(/made here: \S+(\/welcome#\S+)/)![1]!;
  const ann = await studio.open({ ...options, path: link });
  await ann.getByRole('textbox', { name: 'Name' }).fill('Ann');
  await ann.getByRole('textbox', { name: 'E-mail address' }).fill('ann@example.com');
  await ann.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await ann.getByRole('button', { name: 'Make my account' }).click();
  await ann.getByRole('link', { name: 'Ann' }).waitFor();
  await send(ann, 'a fox in a secret wood');
  await untilPicture(ann, 1);
  const her = new URL(ann.url()).pathname;

  await ann.goto('/administration');
  const adding = ann.getByRole('form', { name: 'Add somebody' });
  await adding.getByRole('textbox', { name: 'Name' }).fill('Ben');
  await adding.getByRole('textbox', { name: 'E-mail address' }).fill('ben@example.com');
  await adding.getByRole('button', { name: 'Add somebody' }).click();
  const shown = ann.getByRole('status').filter({ hasText: 'Give this link to Ben' }).locator('code');
  const joining = new URL((await shown.textContent())!);

  const ben = await studio.open({ ...options, path: joining.pathname + joining.search + joining.hash });
  await ben.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await ben.getByRole('button', { name: 'Set the password' }).click();
  await ben.getByRole('link', { name: 'Ben' }).waitFor();
  await ben.getByText('Your sessions appear here once you have sent a first message.').first().waitFor();
  await ben.goto(her);
  await expect.poll(() => ben.getByText('secret wood').count()).toBe(0);
  await ben.goto('/gallery');
  await expect.poll(() => ben.getByRole('img').count()).toBe(0);
  await ben.goto('/');
  await send(ben, 'a boat on a lake');
  await untilPicture(ben, 1);
  expect(await ben.content()).not.toContain('secret wood');

  await ann.goto(her);
  await picture(ann, 1).waitFor();
  expect(await ann.content()).not.toContain('boat on a lake');
  await ann.goto('/account');
  await ann.getByRole('button', { name: 'Sign out', exact: true }).click();
  await ann.waitForURL(/\/sign-in/);
  await ann.goto(her);
  await ann.waitForURL(/\/sign-in\?next=/);
  await ann.getByRole('textbox', { name: 'E-mail address' }).fill('ann@example.com');
  await ann.getByRole('textbox', { name: 'Password', exact: true }).fill('not the password');
  await ann.getByRole('button', { name: 'Sign in' }).click();
  await ann.getByRole('alert').filter({ hasText: 'password is wrong' }).waitFor();
  await ann.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
  await ann.getByRole('button', { name: 'Sign in' }).click();
  await ann.waitForURL((url) => url.pathname === her);
  await picture(ann, 1).waitFor();
  expect(await conversation(ben).getByRole('img').count()).toBeGreaterThan(0);
});
