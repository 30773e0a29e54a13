import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { Backend } from '../../test/support/backend.ts';
import { findChromium, startChromium } from '../../test/support/chromium.ts';
import { ask } from '../../test/support/person.ts';
import { roomCalled, say, textsIn } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import { Installed } from './support/installed.ts';
import { serveFolder } from './support/static-server.ts';

const { server, ada } = await withServer('Ada');
const project = await Installed.make();
afterAll(() => project.remove());
const general = await roomCalled('general', ada);
const { key } = await Backend.of(server, 'Echo');
const environment = { PARLEY_URL: server.url, PARLEY_API_KEY: key };
const chromium = findChromium();

test('a bot in plain Node.js answers, and goes on where it was killed', async () => {
  const start = () => project.start(process.execPath, ['bot.js', 'general'], environment);
  const bot = start();
  await until(() => bot.wrote.length > 0);
  await server.untilFollowed(general);
  await say(ada, general, '!echo one');
  await until(async () => (await textsIn(general, ada)).at(-1) === 'one');

  bot.kill();
  await server.untilDeserted(general);
  await say(ada, general, '!echo two');
  start();

  await until(async () => (await textsIn(general, ada)).at(-1) === 'two');
  expect((await textsIn(general, ada)).slice(-4)).toEqual(['!echo one', 'one', '!echo two', 'two']);
});

test('a backend writes to its customer, once, and signs them in', async () => {
  const args = ['backend.js', '42', 'Grace Hopper', 'Your order has been sent.', 'order-7-sent'];
  await project.run(process.execPath, args, environment);
  const token = (await project.run(process.execPath, args, environment)).trim();

  const { name, texts } = await inbox(token, 'SUPPORT');

  expect(name).toBe('Grace Hopper');
  expect(texts).toEqual([['Your order has been sent.']]);
});

test('curl sends a message and reads it', async () => {
  const { wrote } = project.start('bash', ['chat.sh', 'general', 'Hello from curl'], environment);

  await until(() => wrote.some((line) => line.startsWith('data:') && line.includes('"text":"Hello from curl"')));

  expect(await textsIn(general, ada)).toContain('Hello from curl');
});

test('its types are found by nodenext and by bundler', async () => {
  await project.addPackages();
  const resolutions = [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const;

  const checks = resolutions.map(([module, resolution]) =>
    project.run(project.program('tsc'), ['-p', '.', '--module', module, '--moduleResolution', resolution]),
  );

  expect(await Promise.all(checks)).toEqual(['', '']);
});

interface Inbox {
  readonly viewer: {
    readonly user: { readonly displayName: string };
    readonly memberships: {
      readonly nodes: readonly { room: { id: string; messages: { nodes: readonly { text: string }[] } } }[];
    };
  };
}

/** Returns the rooms of a user, with the texts in them. */
async function inbox(token: string, kind: string) {
  const query = `{ viewer { user { displayName } memberships(first: 9, filter: { kinds: [${kind}] }) {
    nodes { room { id messages(last: 9) { nodes { text } } } }
  } } }`;
  const { data } = await ask<Inbox, object>(server.url, query, {}, token);
  const rooms = data.viewer.memberships.nodes.map(({ room }) => room);
  const texts = rooms.map(({ messages }) => messages.nodes.map(({ text }) => text));
  return { name: data.viewer.user.displayName, ids: rooms.map(({ id }) => id), texts };
}

(chromium ? describe : describe.skip)('pages that Vite has built chat in a browser:', () => {
  let browser: Browser;
  let pages: string;
  beforeAll(async () => {
    await project.addPackages();
    const [started] = await Promise.all([
      startChromium(chromium!),
      project.run(process.execPath, [project.program('vite'), 'build', '--logLevel', 'warn']),
    ]);
    browser = started;
    pages = await serveFolder(join(project.folder, 'dist'));
  });
  afterAll(() => browser?.close());

  async function open(name: string, parameters: Record<string, string>): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${pages}/${name}.html?${new URLSearchParams({ server: server.url, ...parameters })}`);
    return page;
  }

  test('the support widget', async () => {
    const page = await open('support-widget', { agent: ada.id });
    const log = page.getByRole('log');
    await page.getByLabel('Message', { exact: true }).fill('Can you help me?');
    await page.keyboard.press('Enter');
    await until(async () => (await inbox(ada.token, 'SUPPORT')).texts.flat().includes('Can you help me?'));
    const { ids } = await inbox(ada.token, 'SUPPORT');
    await say(ada, ids[0]!, 'Yes, of course.');
    await log.getByText('Ada: Yes, of course.').waitFor();

    expect(await log.getByRole('listitem').allTextContents()).toEqual([
      'Visitor: Can you help me?',
      'Ada: Yes, of course.',
    ]);
  });
});
