import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as Client from 'parley-client';
import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { packageRoot } from '../../src/base/package-root.ts';
import { Backend } from '../../test/support/backend.ts';
import { findChromium, startChromium } from '../../test/support/chromium.ts';
import { ask } from '../../test/support/person.ts';
import { TcpProxy } from '../../test/support/proxy.ts';
import { roomCalled, roomOf, say, textsIn } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import { live, when } from './support/chatter.ts';
import { Installed } from './support/installed.ts';
import { serveFolder } from './support/static-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const project = await Installed.make();
afterAll(() => project.remove());
const general = await roomCalled('general', ada);
const { key } = await Backend.of(server, 'Echo');
const environment = { PARLEY_URL: server.url, PARLEY_API_KEY: key };
const chromium = findChromium();
const pagesOfReact = ['react', 'react-urql', 'react-apollo'];
const releases = join(packageRoot, 'test/clients/releases');

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

test('the package has no fault that publint knows', async () => {
  expect(await project.run(project.program('publint'), [project.tarball, '--strict'])).toContain('All good!');
});

test('its types are found by nodenext and by bundler, and are right without skipLibCheck', async () => {
  const entries = ['', '/connection', '/storage', '/documents'].map((entry) => `import 'parley-client${entry}';`);
  await writeFile(join(project.folder, 'entries.ts'), entries.join('\n'));
  await project.addPackages();
  const resolutions = [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const;

  const checks = resolutions.map(([module, resolution]) =>
    project.run(project.program('tsc'), ['-p', '.', '--module', module, '--moduleResolution', resolution]),
  );

  const strictly = '--ignoreConfig --noEmit --strict --module nodenext --target es2022 entries.ts'.split(' ');
  checks.push(project.run(project.program('tsc'), strictly));

  expect(await Promise.all(checks)).toEqual(['', '', '']);
});

/** Returns a client that was kept when it was released, connected through a proxy. */
async function released(name: string, proxy: TcpProxy) {
  const file = join(project.folder, name.replace(/\.gz$/, ''));
  await writeFile(file, gunzipSync(readFileSync(join(releases, name))));
  const { createParley } = (await import(file)) as typeof Client;
  const url = `http://127.0.0.1:${proxy.port}/graphql`;
  const parley = createParley({ url, token: ada.token, webSocket: WebSocket });
  const faults: Client.Fault[] = [];
  parley.onFault((fault) => faults.push(fault));
  return { parley, faults };
}

test.each(readdirSync(releases))('%s, as it was released, chats with this server over a cut', async (name) => {
  const proxy = await TcpProxy.to(Number(new URL(server.url).port));
  const { parley, faults } = await released(name, proxy);
  const roomId = await roomOf(grace, ada);
  const room = parley.room(roomId);
  room.messages.subscribe(() => {});
  await live(room);

  const first = await room.send('one').done;
  proxy.cut();
  await say(grace, roomId, 'two');
  await room.send('three').done;
  await Promise.all([room.react(first.id, '👍').done, room.edit(first.id, 'One').done]);
  const written = () => room.messages.get().items.filter(({ kind }) => kind === 'USER');
  await when(room.messages, () => written().length === 3 && written()[0]?.text === 'One');
  room.markRead();
  await when(parley.unread, ({ rooms }) => !rooms.has(roomId));

  expect(written().map(({ text }) => text)).toEqual(['One', 'two', 'three']);
  expect(written()[0]?.reactionGroups).toEqual([{ emoji: '👍', count: 1, viewerHasReacted: true }]);
  expect(faults).toEqual([]);
  parley.dispose();
  await proxy.close();
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

  test.each(pagesOfReact)('%s', async (name) => {
    await say(ada, general, `Before ${name}`);
    const page = await open(name, { room: 'general' });
    const shows = (text: string) => page.getByRole('listitem').getByText(text).waitFor();
    await shows(`Before ${name}`);
    await say(ada, general, `Hello to ${name}`);
    await shows(`Ada: Hello to ${name}`);
    await page.getByLabel('Message', { exact: true }).fill(`Hello from ${name}`);
    await page.keyboard.press('Enter');
    await shows(`Reader: Hello from ${name}`);
    await until(async () => (await textsIn(general, ada)).at(-1) === `Hello from ${name}`);

    const texts = async () =>
      (await page.getByRole('listitem').allTextContents()).map((text) => text.replace(/^\w*: /, ''));
    await until(async () => (await texts()).join('\n') === (await textsIn(general, ada)).join('\n'), 50);
  });
});
