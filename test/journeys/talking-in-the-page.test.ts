import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { findChromium, startChromium } from '../support/chromium.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { hostToken } from '../support/host-token.ts';
import { PageUser } from '../support/page-user.ts';
import { build, type ParleyProcess, runParley } from '../support/process.ts';
import { jwtSecret } from '../support/server.ts';
import { endSession } from '../support/tokens.ts';
import { until } from '../support/until.ts';

const chromium = findChromium();
const describeWithChromium = chromium ? describe : describe.skip;

let browser: Browser;
let database: TestDatabase;
let server: ParleyProcess;
let origin: string;
let ada: PageUser;
let grace: PageUser;

/** Starts the server where it was before. */
async function start(): Promise<void> {
  const { port } = new URL(origin);
  server = runParley({ DATABASE_URL: database.url, PORT: port, AUTH_JWT_SECRET: jwtSecret });
  await server.ready;
}

/** Writes many messages into a room, as if they had been sent long ago. */
async function store(slug: string, count: number): Promise<void> {
  const client = new pg.Client(database.url);
  await client.connect();
  const head = `"RoomHead" WHERE "roomId" = (SELECT id FROM "Room" WHERE slug = $1)`;
  await client.query(
    `INSERT INTO "Message" (id, "roomId", sequence, "eventNumber", "authorId", text, "clientMessageId", "createdAt")
     SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, (SELECT id FROM "User" LIMIT 1),
       'Stored ' || n || repeat(' and more', n % 40), gen_random_uuid()::text, now() - ($2 - n) * interval '1 minute'
     FROM generate_series(1, $2::int) n, ${head}`,
    [slug, count],
  );
  await client.query(
    `UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + $2::int, "lastEventNumber" = "lastEventNumber" + $2::int
     WHERE "roomId" = (SELECT id FROM "Room" WHERE slug = $1)`,
    [slug, count],
  );
  await client.end();
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

describeWithChromium('in the page,', () => {
  beforeAll(async () => {
    build();
    [browser, database] = await Promise.all([startChromium(chromium!), freshDatabase()]);
    origin = `http://127.0.0.1:${await freePort()}`;
    await start();
    const room = `${origin}/r/general`;
    [ada, grace] = await Promise.all([PageUser.join(browser, room, 'Ada'), PageUser.join(browser, room, 'Grace')]);
  });
  afterAll(async () => {
    await browser.close();
    await server.end('SIGTERM');
    await database.drop();
  });

  test('two people talk, and see each other type', async () => {
    await ada.composer.pressSequentially('Hello Gr');
    await grace.room.getByText('Ada is typing…').waitFor();
    await ada.composer.pressSequentially('ace');
    await ada.composer.press('Enter');

    await grace.sees('Hello Grace');
    await grace.say('Hello Ada');

    await ada.sees('Hello Ada');
    expect(await ada.composer.inputValue()).toBe('');
    for (const { page } of [ada, grace]) await page.getByRole('button', { name: 'Not now' }).click();
  });

  test('they reply, react, edit and delete', async () => {
    await grace.press('Hello Grace', 'Reply');
    await grace.say('Good morning');
    await ada.row('Good morning').locator('.reply', { hasText: 'Hello Grace' }).waitFor();

    await ada.press('Good morning', 'React: 👍');
    await grace.row('Good morning').getByRole('button', { name: '👍 1' }).waitFor();

    await ada.say('Helo');
    await ada.sees('Helo');
    await ada.composer.press('ArrowUp');
    await ada.composer.fill('Corrected');
    await ada.page.reload(); // an edit is kept, as a draft is
    await until(async () => (await ada.composer.inputValue()) === 'Corrected');
    await ada.composer.press('Enter');
    await grace.row('Corrected').getByText('(edited)').waitFor();

    await ada.press('Corrected', 'More about this message');
    await ada.page.getByRole('menuitem', { name: 'Delete message' }).click();
    await ada.page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    await grace.room.getByText('Message deleted').waitFor();
  });

  test('what is written without a connection is kept, and sent when it is back', async () => {
    await ada.context.setOffline(true);
    await server.end('SIGKILL');
    await ada.say('Written offline');
    await ada.page.getByText(/The message will be sent automatically/).waitFor();
    await ada.page.getByText('You are offline.').waitFor();
    await ada.room.getByRole('button', { name: 'More', exact: true }).click(); // for the first time
    await ada.page.getByRole('menu').waitFor();
    await ada.page.keyboard.press('Escape');
    await ada.button('Emoji').click();
    await ada.page.getByRole('option', { name: 'unicorn', exact: true }).click();
    expect(await ada.composer.inputValue()).toBe('🦄');
    await ada.composer.fill('A draft');

    await start();
    await ada.context.setOffline(false);

    await grace.sees('Written offline');
    await until(async () => !(await ada.page.locator('.net').isVisible()));
    expect(await ada.composer.inputValue()).toBe('A draft');
    expect((await grace.texts()).filter((text) => text === 'Written offline')).toHaveLength(1);
  });

  test('without a connection, a room opens that was not open in this visit, and what is written there is sent later', async () => {
    const reader = await PageUser.join(browser, `${origin}/r/travel`, 'Traveller');
    await reader.page.goto(`${origin}/r/general`);
    await reader.inboxRow('travel').waitFor();
    await reader.context.setOffline(true);
    await server.end('SIGKILL');

    await reader.inboxRow('travel').click();

    await reader.page.getByRole('heading', { name: 'travel', level: 1 }).waitFor();
    await reader.page.getByText('You are offline.').waitFor();
    await reader.say('From the road');
    await start();
    await reader.context.setOffline(false);
    await reader.sees('From the road');
    await reader.close();
  });

  test('pressing Send leaves the focus in the composer, and an emoji the caret behind it', async () => {
    await ada.composer.fill('Pressed');
    await ada.button('Send').click();
    await ada.page.keyboard.type('ab');
    await ada.composer.press('ArrowLeft');
    await ada.button('Emoji').click();
    await ada.page.getByRole('option', { name: 'unicorn', exact: true }).first().click();
    await until(() => ada.composer.evaluate((field) => field === document.activeElement));
    await ada.page.keyboard.type('c');

    expect(await ada.composer.inputValue()).toBe('a🦄cb');
    await ada.composer.fill('');
  });

  test('a draft outlives the page', async () => {
    await ada.composer.fill('Not yet said');
    await ada.page.reload();

    await ada.composer.waitFor();

    expect(await ada.composer.inputValue()).toBe('Not yet said');
    await ada.composer.fill('');
  });

  test('scrolling back through 2,000 messages keeps 200 rows and moves nothing that is in sight', async () => {
    await store('travel', 2000);
    const reader = await PageUser.join(browser, `${origin}/r/travel`, 'Reader');
    await reader.sees('Stored 2000');

    const { mostRows, steps, unsteady } = await reader.scrollBack();

    expect(await reader.row('Stored 1').count()).toBeGreaterThan(0);
    expect(mostRows).toBeLessThanOrEqual(200);
    expect(unsteady).toEqual([]);
    expect(steps).toBeGreaterThan(20);
    await reader.close();
  });

  test('a composer that grows by many lines leaves the newest message in sight', async () => {
    await store('pets', 100);
    const writer = await PageUser.join(browser, `${origin}/r/pets`, 'Writer');
    await writer.sees('Stored 100');
    await until(() => writer.composer.evaluate((field) => field === document.activeElement)); // it replaced the button

    await writer.page.keyboard.insertText('A line\n'.repeat(12));

    const fromEnd = await writer.page.evaluate(afterTwoFrames);
    expect(fromEnd).toBeLessThan(2);
    await writer.close();
  });

  /** Runs in the page. Returns how far the log is from its end. */
  async function afterTwoFrames() {
    for (let count = 0; count < 2; count++) await new Promise(requestAnimationFrame);
    const log = document.querySelector('#log')!;
    return log.scrollHeight - log.scrollTop - log.clientHeight;
  }

  test('when the session ends, the page asks to sign in again and keeps the draft', async () => {
    const [first, next] = [await hostToken({ name: 'Host', sid: 'a' }), await hostToken({ name: 'Host', sid: 'b' })];
    const host = await PageUser.open(browser, `${origin}/r/general`);
    await host.signInWithToken(first);
    await host.page.getByRole('button', { name: 'Join', exact: true }).click();
    await host.composer.fill('Half a thought');

    await endSession(`${origin}/graphql`, first, next);
    await host.page.getByText('Please sign in again.').waitFor();
    await host.signInWithToken(next);

    await host.composer.waitFor();
    expect(await host.composer.inputValue()).toBe('Half a thought');
    await host.close();
  });

  test('a guest who signs out in one tab is asked, and cannot come back in another', async () => {
    const guest = await PageUser.join(browser, `${origin}/r/general`, 'Guest');
    const tab = await guest.context.newPage();
    await tab.goto(`${origin}/me`);
    await guest.composer.fill('A thought that nobody can end');
    await tab.getByRole('button', { name: 'Sign out', exact: true }).click();
    await tab.getByText('you cannot come back as Guest').waitFor();

    await tab.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();

    await guest.reads('guests cannot come back');
    const kept = () => guest.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')));
    expect(await kept()).toEqual([]);
    await guest.close();
  });

  test('when another tab has signed in somebody else, the page begins anew as them', async () => {
    const first = await hostToken({ sub: 'first', name: 'First', sid: 'a' });
    const elsewhere = await hostToken({ sub: 'first', name: 'First', sid: 'b' });
    const tab = await PageUser.open(browser, `${origin}/r/general`);
    await tab.signInWithToken(first);
    await tab.page.getByRole('button', { name: 'Join', exact: true }).click();
    await tab.composer.fill('A thought of the first one');
    const other = await hostToken({ sub: 'second', name: 'Second' });

    await tab.page.evaluate((token) => localStorage.setItem('parley:token', token), other);
    await endSession(`${origin}/graphql`, first, elsewhere);

    await tab.page.getByRole('button', { name: 'Join', exact: true }).waitFor(); // the second one is no member
    await tab.reads('Second');
    await tab.close();
  });

  test('in forced colours, fields and lists have an edge, and what is chosen a thicker one', async () => {
    const edge = (selector: string) =>
      ada.page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).borderTopWidth);
    await ada.page.emulateMedia({ forcedColors: 'active' });
    await ada.page.keyboard.press('Control+k');
    await ada.page.locator('.find-row[aria-selected="true"]').waitFor();

    expect(await edge('.composer-box')).toBe('1px');
    expect(await edge('.find-dialog')).toBe('1px');
    expect(await edge('.tab[aria-selected="false"]')).toBe('1px');
    expect(await edge('.tab[aria-selected="true"]')).toBe('3px');
    expect(await edge('.find-row[aria-selected="true"]')).toBe('3px');
    await ada.page.keyboard.press('Escape');
    await ada.page.emulateMedia({ forcedColors: 'none' });
  });

  test('nothing failed in the page', () => {
    expect([...ada.faults, ...grace.faults]).toEqual([]);
  });
});
