import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { RevokeSessionDocument } from '../../test/generated/graphql.ts';
import { block, unblock } from '../../test/support/blocking.ts';
import { findChromium, startChromium } from '../../test/support/chromium.ts';
import { hostToken } from '../../test/support/host-token.ts';
import { ban } from '../../test/support/moderating.ts';
import { makeChannel, makeRoom, say } from '../../test/support/rooms.ts';
import { anotherDevice, endSession, inSeconds, withTokenUntil } from '../../test/support/tokens.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { ParleyRoom } from '../src/widget/element.tsx';
import { HostSite } from './support/host-page.ts';

const { server, ada, grace, heidi } = await withServer('Ada', 'Grace', 'Heidi');
const { origin } = new URL(server.url);
const budgetBytes = 60_000;

declare global {
  interface HTMLElementTagNameMap {
    'parley-room': ParleyRoom;
  }
}

test('the script is small, for all origins, and asked for anew at each visit', async () => {
  const { headers, status } = await fetch(`${origin}/widget.js`);
  const etag = headers.get('etag')!;

  expect(readFileSync('dist/web/widget.js.gz').length).toBeLessThan(budgetBytes);
  expect([status, headers.get('access-control-allow-origin'), headers.get('cache-control')]).toEqual([
    200,
    '*',
    'no-cache',
  ]);
  expect((await fetch(`${origin}/widget.js`, { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('the page loads less than 150 kB of scripts at its start', () => {
  const html = readFileSync('dist/web/index.html', 'utf8');
  const scripts = new Set(html.match(/assets\/[^"]+\.js/g));

  const bytes = [...scripts].map((path) => readFileSync(`dist/web/${path}.gz`).length);

  expect(scripts.size).toBeGreaterThan(0); // else this proves nothing
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
});

const chromium = findChromium();
const describeInBrowser = chromium ? describe : describe.skip;

describeInBrowser('in a page of another origin with a strict policy,', () => {
  let browser: Browser;
  let site: HostSite;
  let stage: string;
  beforeAll(async () => {
    browser = await startChromium(chromium!);
    site = await HostSite.start(server.url);
    stage = await makeRoom(ada, { kind: 'STREAM', name: 'Premiere', slug: 'premiere' }, [grace]);
    await say(ada, stage, 'Doors are open');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const element = ({ token }: { token: string }, attributes: string) =>
    `<parley-room token="${token}" ${attributes}></parley-room>${site.script()}`;

  test('a guest who gives a name and a user of the page talk, and the page hears of it', async () => {
    const guest = await site.open(browser, site.script('data-room="premiere"'));
    const user = await site.open(
      browser,
      site.script(`data-room="premiere" data-token="${grace.token}" data-theme="dark"`),
    );

    await guest.page.getByLabel('Your name').fill('Wanjiru');
    await guest.page.keyboard.press('Enter');
    await guest.told('ready', { roomId: stage });
    await user.told('ready', { roomId: stage });
    await guest.write('Hello from Nairobi');
    await user.told('message', { text: 'Hello from Nairobi', own: false });
    await user.write('Welcome, Wanjiru');
    await guest.told('message', { text: 'Welcome, Wanjiru', own: false });
    await guest.page.getByText('Welcome, Wanjiru', { exact: true }).waitFor();

    expect(await guest.told('message', { own: true })).toMatchObject({ text: 'Hello from Nairobi' });
    expect(await user.told('signin')).toEqual({ userId: grace.id });
    expect([await guest.axeFaults(), await user.axeFaults()]).toEqual([[], []]);
    expect([(await guest.seen()).refused, (await user.seen()).refused]).toEqual([[], []]);
    await Promise.all([guest.page.context().close(), user.page.context().close()]);
  });

  test('it takes no focus, keeps only keys of its own, and the page decides about links', async () => {
    await say(ada, stage, 'See https://cinema.example/tonight');
    const { page } = await site.open(browser, element(grace, 'room="premiere"'));
    await page.evaluate(() => addEventListener('parley-link', (event) => event.preventDefault()));
    const link = page.getByRole('link', { name: 'cinema.example/tonight' });
    await link.waitFor();
    const focused = await page.evaluate(() => document.activeElement?.tagName);

    await link.click();

    expect(focused).toBe('BODY');
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => !key.startsWith('parley:')))).toEqual(
      [],
    );
    expect(page.context().pages()).toHaveLength(1);
    await page.context().close();
  });

  test('the line above new messages goes when one reads all by Esc', async () => {
    const room = await makeChannel(ada, 'News', [grace]);
    await say(ada, room, 'Unread');
    const { page } = await site.open(browser, element(grace, `room="${room}"`));
    const line = page.locator('.line.new');
    await line.waitFor();

    await page.getByRole('textbox', { name: /^Message/ }).press('Escape');

    await line.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('a line stands above what came while nobody looked, and stays there while one reads', async () => {
    const room = await makeChannel(ada, 'Away', [grace]);
    await say(ada, room, 'Seen');
    const host = await site.open(browser, element(grace, `room="${room}"`));
    await host.told('ready');
    const hear = async (text: string) => {
      await say(ada, room, text);
      await host.page.getByRole('article', { name: text }).waitFor();
    };
    const look = (hasFocus: boolean) =>
      host.page.evaluate((hasFocus) => {
        document.hasFocus = () => hasFocus;
        dispatchEvent(new Event(hasFocus ? 'focus' : 'blur'));
      }, hasFocus);

    await hear('While one looks');
    await look(false);
    await hear('First');
    await hear('Second');
    await look(true);
    await hear('Third');

    const texts = await host.page.locator('.line.new, .message .text').allInnerTexts();
    expect(texts.slice(-4)).toEqual([expect.stringMatching(/2 new/), 'First', 'Second', 'Third']);
    await host.page.context().close();
  });

  test('the page sets its attributes as properties, as frameworks do', async () => {
    const host = await site.open(browser, element(grace, 'room="premiere"'));
    const { page } = host;
    const field = page.getByRole('textbox', { name: /^Message/ });
    await field.waitFor();

    const [before, after] = await page.evaluate(() => {
      const widget = document.querySelector('parley-room')!;
      const read = () => [widget.room, widget.theme, widget.readOnly, widget.compact];
      const values = [read()];
      Object.assign(widget, { theme: 'dark', readOnly: true, compact: false });
      return [...values, read()];
    });

    expect([before, after]).toEqual([
      ['premiere', null, false, false],
      ['premiere', 'dark', true, false],
    ]);
    await field.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('keys alone go to a message and answer it', async () => {
    const room = await makeChannel(ada, 'Keys', [grace]);
    for (const text of ['One', 'Two']) await say(ada, room, text);
    const host = await site.open(browser, element(grace, `room="${room}"`));
    await host.page.getByRole('article', { name: /Two/ }).focus();

    await host.page.keyboard.press('ArrowUp');
    await host.page.keyboard.press('r');
    await host.page.getByText('Reply to').waitFor();
    await host.page.keyboard.type('An answer');
    await host.page.keyboard.press('Enter');
    await host.page.getByRole('article', { name: /An answer, reply to Ada/ }).waitFor();

    expect(await host.page.locator('.reply').textContent()).toBe('AdaOne');
    await host.page.context().close();
  });

  test('another token renews the session in the same place, and another room opens there', async () => {
    const first = await anotherDevice(server, grace, inSeconds(3600));
    const host = await site.open(browser, element(first, 'room="premiere"'));
    const { page } = host;
    const other = await makeChannel(ada, 'Foyer', [grace]);
    await host.told('ready', { roomId: stage });
    const row = await page.getByText('Doors are open').elementHandle();

    await host.setToken(grace.token);
    await grace.ask(RevokeSessionDocument, { input: { sessionId: first.sessionId } });
    await say(ada, stage, 'After the first session');
    await host.told('message', { text: 'After the first session' });
    const isSameRow = await row!.evaluate((one) => one.isConnected);
    await page.evaluate((id) => document.querySelector('parley-room')!.setAttribute('room', id), other);
    await host.told('ready', { roomId: other });

    expect(isSameRow).toBe(true);
    expect((await host.seen()).told.filter(([name]) => name === 'error' || name === 'ended')).toEqual([]);
    await page.context().close();
  });

  test('what one user has begun to write is not shown to the next one, and waits for its author', async () => {
    const room = await makeChannel(ada, 'Drafts', [grace, heidi]);
    const host = await site.open(browser, element(grace, `room="${room}"`));
    const field = host.page.getByRole('textbox', { name: /^Message/ });
    const become = async (user: typeof grace, text: string) => {
      await host.setToken(user.token);
      await host.told('signin', { userId: user.id });
      await say(ada, room, text);
      await host.page.getByText(text, { exact: true }).waitFor();
    };
    await field.fill('private words');

    await become(heidi, 'Good morning');
    expect(await field.inputValue()).toBe('');
    await become(grace, 'Good evening');

    expect(await field.inputValue()).toBe('private words');
    await host.page.context().close();
  });

  test('a guest whose name the page gives is signed in by it, and leaves when the page disconnects', async () => {
    const host = await site.open(browser, site.script('data-room="premiere" data-guest-name="Zoe"'));
    await host.told('ready', { roomId: stage });
    await host.write('Nobody asked for my name');
    await host.told('message', { own: true });

    await host.page.evaluate(() => document.querySelector('parley-room')!.disconnect());

    const isSent = await host.page.evaluate(() => document.querySelector('parley-room')!.send('too late'));
    expect(isSent).toBe(false);
    expect(await host.page.getByRole('article').count()).toBe(0);
    await host.page.context().close();
  });

  test('keys lead on where something was pressed: after joining, and from the members back', async () => {
    const room = await makeChannel(ada, 'Lobby', [grace]);
    const failing = ['query FindMembers'];
    const { page } = await site.open(browser, element(heidi, `room="${room}"`), (page) =>
      page.route('**/graphql', (route) => {
        const isFailing = route
          .request()
          .postData()
          ?.includes(failing[0] ?? '-');
        if (isFailing) failing.pop();
        return isFailing ? route.abort() : route.continue();
      }),
    );

    await page.getByRole('button', { name: 'Join' }).press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.getByRole('button', { name: 'Members' }).press('Enter');
    await page.getByRole('complementary', { name: 'Members' }).getByText('Heidi').waitFor();
    await page.keyboard.press('Escape');

    await page.locator('[aria-label="Members"][aria-expanded="false"]:focus').waitFor();
    expect(failing).toEqual([]); // it has asked again
    await page.context().close();
  });

  test('a member who is not in the room, but elsewhere, is not said to be offline', async () => {
    const room = await makeChannel(ada, 'Backstage', [grace, heidi]);
    const elsewhere = await site.open(browser, element(heidi, 'room="premiere"'));
    await elsewhere.told('ready');
    const { page } = await site.open(browser, element(grace, `room="${room}"`));

    await page.getByRole('button', { name: 'Members' }).click();

    await page.getByRole('listitem').filter({ hasText: 'Heidi , Online' }).waitFor();
    await Promise.all([elsewhere.page.context().close(), page.context().close()]);
  });

  test('it says that files cannot be sent', async () => {
    const { page } = await site.open(browser, element(grace, 'room="premiere"'));

    await page.getByRole('textbox', { name: /^Message/ }).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['a'], 'a.png'));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });

    await page.getByText('Files cannot be sent yet.').waitFor();
    await page.context().close();
  });

  test('several widgets of a page have one guest', async () => {
    const two = '<parley-room room="premiere"></parley-room>'.repeat(2);
    const named = '<parley-room room="premiere" data-guest-name="Ama"></parley-room>'.repeat(2);
    const [asked, given] = [
      await site.open(browser, two + site.script()),
      await site.open(browser, named + site.script()),
    ];
    await asked.page.getByLabel('Your name').first().fill('Amadou');
    await asked.page.keyboard.press('Enter');

    const users = [await asked.signedIn(2), await given.signedIn(2)];

    expect(users.map((ids) => new Set(ids).size)).toEqual([1, 1]);
    await Promise.all([asked.page.context().close(), given.page.context().close()]);
  });

  test('signing out asks first, and ends the guest in all widgets of the page', async () => {
    const two = '<parley-room room="premiere" data-guest-name="Ama"></parley-room>'.repeat(2);
    const host = await site.open(browser, two + site.script());
    const { page } = host;
    await host.signedIn(2);
    await page.getByRole('button', { name: 'More' }).first().click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('Guests cannot come back.').waitFor();

    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByText('guests cannot come back to it').nth(1).waitFor();
    const told = (await host.seen()).told.filter(([name]) => name === 'ended' || name === 'error');
    expect(told).toEqual(Array(2).fill(['ended', { reason: 'signed-out' }]));
    await page.context().close();
  });

  test('nothing of the former server is shown at another one', async () => {
    const host = await site.open(browser, element(grace, 'room="premiere"'));
    const { page } = host;
    await page.getByText('Doors are open').waitFor();

    await page.locator('parley-room').evaluate((widget) => widget.setAttribute('server', 'https://other.example'));

    await page.getByText('Doors are open').waitFor({ state: 'detached' });
    await page.getByText('Reconnecting…').waitFor();
    await page.context().close();
  });

  test('while the page cannot get a token, it says that it is connecting', async () => {
    const host = await site.open(browser, `<parley-room room="premiere"></parley-room>${site.script()}`);
    await host.page.evaluate(() => {
      document.querySelector('parley-room')!.getToken = () => Promise.reject(new Error('502'));
    });

    await host.page.getByText('Reconnecting…').waitFor();
    await host.page.evaluate((token) => {
      document.querySelector('parley-room')!.getToken = async () => token;
    }, grace.token);

    await host.told('ready', { roomId: stage });
    await host.page.context().close();
  });

  test('it speaks English if its language cannot be loaded', async () => {
    const host = await site.open(browser, element(grace, 'room="premiere" lang="es"'), (page) =>
      page.route('**/assets/widget-es-*', (route) => route.abort()),
    );

    await host.page.getByPlaceholder('Message').waitFor();

    await host.page.context().close();
  });

  test('a language that arrives after another change is taken', async () => {
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host = await site.open(browser, element(grace, 'room="premiere"'), (page) =>
      page.route('**/assets/widget-es-*', (route) => isReleased.then(() => route.continue())),
    );
    await host.told('ready');
    const asked = host.page.waitForRequest('**/assets/widget-es-*');
    const set = (name: string, value: string) =>
      host.page
        .locator('parley-room')
        .evaluate((widget, [name, value]) => widget.setAttribute(name, value), [name, value] as const);
    await set('lang', 'es');
    await asked;
    await set('theme', 'dark');
    release();

    await host.page.getByPlaceholder('Escribe un mensaje').waitFor();

    await host.page.context().close();
  });

  test('the page is asked for a token when there is none, and before one ends', async () => {
    const short = withTokenUntil(server, grace, inSeconds(30));
    const host = await site.open(browser, `<parley-room room="premiere"></parley-room>${site.script()}`);
    const given = [short.token, grace.token];
    const next = jest.fn(() => given.shift());
    await host.page.exposeFunction('nextToken', next);
    await host.page.evaluate(() => {
      const { nextToken } = globalThis as unknown as { nextToken: () => Promise<string> };
      document.querySelector('parley-room')!.getToken = nextToken;
    });

    await host.told('ready', { roomId: stage });
    await until(() => next.mock.calls.length === 2);
    await say(ada, stage, 'With another token');
    await host.told('message', { text: 'With another token' });

    expect((await host.seen()).told.map(([name]) => name)).not.toContain('ended');
    await host.page.context().close();
  });

  test('what the page has set before the script runs is taken over', async () => {
    const host = await site.open(browser, '<parley-room room="premiere"></parley-room>'.repeat(2));

    await host.page.evaluate(
      ([src, first, second]) => {
        const [asking, given] = document.querySelectorAll('parley-room');
        asking!.getToken = async () => first;
        given!.token = second;
        document.body.append(Object.assign(document.createElement('script'), { type: 'module', src }));
      },
      [`${origin}/widget.js`, grace.token, heidi.token] as const,
    );

    await host.told('signin', { userId: grace.id });
    await host.told('signin', { userId: heidi.id });
    expect(await host.page.locator(`parley-room[token="${heidi.token}"]`).count()).toBe(1);
    await host.page.context().close();
  });

  test('after a refusal, the page is asked again when one presses a button, and when it sets getToken', async () => {
    let answer = '<h1>502 Bad Gateway</h1>';
    const next = jest.fn(() => answer);
    const host = await site.open(browser, `<parley-room room="premiere"></parley-room>${site.script()}`);
    const { page } = host;
    await page.exposeFunction('nextToken', next);
    const setGetToken = () =>
      page.evaluate(() => {
        const { nextToken } = globalThis as unknown as { nextToken: () => Promise<string> };
        document.querySelector('parley-room')!.getToken = nextToken;
      });
    await setGetToken();
    await host.told('ended', { reason: 'signed-out' });
    const { length } = next.mock.calls;

    await page.getByRole('button', { name: 'Try again' }).click();
    await until(() => next.mock.calls.length > length);
    await page.getByText('Please sign in again.').waitFor();
    const saysDrafts = await page.getByText('drafts').count(); // nobody has written any
    answer = grace.token;
    await setGetToken();

    expect(await host.told('signin')).toEqual({ userId: grace.id });
    expect(saysDrafts).toBe(0);
    await page.context().close();
  });

  test('a page that has no token for the visitor gets no empty widget', async () => {
    const host = await site.open(browser, `<parley-room room="premiere"></parley-room>${site.script()}`);
    await host.page.evaluate(() => {
      document.querySelector('parley-room')!.getToken = async () => null;
    });

    await host.page.getByRole('button', { name: 'Try again' }).waitFor();

    expect(await host.told('ended')).toEqual({ reason: 'signed-out' });
    await host.page.context().close();
  });

  test('a guest becomes the user of the page when it sets getToken', async () => {
    const host = await site.open(browser, site.script('data-room="premiere" data-guest-name="Tarsila"'));
    await host.told('ready', { roomId: stage });

    await host.page.evaluate((token) => {
      document.querySelector('parley-room')!.getToken = async () => token;
    }, grace.token);

    await host.told('signin', { userId: grace.id });
    await host.page.context().close();
  });

  test('when the session of a token ends, it says so, and goes on with the next token', async () => {
    const [first, next] = [await hostToken({ name: 'Host', sid: 'a' }), await hostToken({ name: 'Host', sid: 'b' })];
    const host = await site.open(browser, element({ token: first }, 'room="premiere"'));
    await host.told('ready', { roomId: stage });

    await endSession(server.url, first, next);
    expect(await host.told('ended')).toEqual({ reason: 'signed-out' });
    await host.page.getByText('Please sign in again.').waitFor();
    await host.setToken(next);

    await host.page.getByText('Doors are open').waitFor();
    await host.page.context().close();
  });

  test('what blocked people write is hidden, and not said aloud', async () => {
    const room = await makeChannel(ada, 'Blocked', [grace, heidi]);
    await block(grace, ada);
    let release = () => {};
    const isHeard = new Promise<void>((resolve) => {
      release = resolve;
    });
    const host = await site.open(browser, element(grace, `room="${room}"`), (page) =>
      page.route('**/graphql', async (route) => {
        if (route.request().postData()?.includes('query Blocked')) await isHeard;
        await route.continue();
      }),
    );
    await host.told('ready');

    await say(ada, room, 'From a blocked person');
    await host.told('message', { text: 'From a blocked person' });
    release();
    await host.page.getByText('Hidden message').waitFor();
    await unblock(grace, ada);
    await say(heidi, room, 'From another one');

    // By its text or, if a busy browser has not scrolled to it yet, by its number.
    await host.page
      .getByRole('status')
      .filter({ hasText: /^(Heidi: From another one|1 new message\b.*)$/ })
      .waitFor({ state: 'attached' });
    await host.page.context().close();
  });

  test('it fits 280 × 320 in Spanish, and a banned member sees why', async () => {
    const room = await makeChannel(ada, 'Un nombre de sala que no cabe en una sola línea', [grace]);
    const host = await site.open(browser, element(grace, `room="${room}" lang="es" compact`));
    await host.page.evaluate(() => {
      const { style } = document.querySelector('parley-room') as HTMLElement;
      [style.width, style.height] = ['280px', '320px'];
    });
    await host.told('ready');
    const field = host.page.getByPlaceholder('Escribe un mensaje');
    const [box, frame] = [await field.boundingBox(), await host.page.locator('parley-room').boundingBox()];
    const faults = await host.axeFaults();

    await ban(ada, { roomId: room, user: grace });

    expect(await host.told('ended')).toEqual({ reason: 'banned' });
    expect(box!.y + box!.height).toBeLessThan(frame!.y + frame!.height);
    expect(frame).toMatchObject({ width: 280, height: 320 });
    expect(faults).toEqual([]);
    await host.page.context().close();
  });
});
