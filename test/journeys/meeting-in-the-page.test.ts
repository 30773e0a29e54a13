import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { findChromium, startChromium } from '../support/chromium.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { PageUser } from '../support/page-user.ts';
import { build, type ParleyProcess, runParley } from '../support/process.ts';
import { freePort } from '../support/redis.ts';

const chromium = findChromium();
const describeWithChromium = chromium ? describe : describe.skip;

let browser: Browser;
let database: TestDatabase;
let server: ParleyProcess;
let origin: string;
let ada: PageUser;
let grace: PageUser;

describeWithChromium('in the page,', () => {
  beforeAll(async () => {
    build();
    [browser, database] = await Promise.all([startChromium(chromium!), freshDatabase()]);
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    server = runParley({ DATABASE_URL: database.url, PORT: String(port) });
    await server.ready;
    ada = await PageUser.arrive(browser, `${origin}/rooms`, 'Ada');
    grace = await PageUser.arrive(browser, `${origin}/rooms`, 'Grace');
  });
  afterAll(async () => {
    await browser.close();
    await server.end('SIGTERM');
    await database.drop();
  });

  test('somebody makes a room, and another one finds and joins it in the directory', async () => {
    await ada.button('New room').click();
    await ada.dialog.getByLabel('Name', { exact: true }).fill('Rocket club');
    await ada.dialog.getByRole('button', { name: 'Make room' }).click();
    await ada.page.waitForURL('**/r/rocket-club');

    await grace.page.getByRole('searchbox').fill('rocket');
    await grace.button('Join: Rocket club').click();
    await grace.page.locator('main:focus').waitFor();
    await grace.say('Hello Ada');

    await ada.reads('Hello Ada');
    await ada.inboxRow('Rocket club').getByText('Hello Ada').waitFor();
    await grace.inboxRow('Rocket club').waitFor();
  });

  test('what is closed, and what is saved, leaves the focus in its place', async () => {
    const toMembers = ada.page.getByTitle('Members');
    await toMembers.press('Enter');
    await ada.page
      .getByRole('complementary', { name: 'Members' })
      .getByRole('button', { name: 'Close' })
      .press('Enter');
    await ada.focuses(toMembers);

    await ada.button('New message').press('Enter');
    await ada.dialog.getByRole('button', { name: 'Grace' }).press('Enter');
    await ada.focuses(ada.dialog.getByRole('textbox').first());
    await ada.page.keyboard.press('Escape');
    await ada.focuses(ada.button('New message'));

    await ada.page.goto(`${origin}/me`);
    const name = ada.page.getByRole('textbox', { name: 'Name' });
    for (const next of ['Ada L.', 'Ada']) {
      await name.fill(next);
      await name.press('Enter');
      await ada.inbox.getByText(next, { exact: true }).first().waitFor();
      await ada.focuses(name);
    }
    await ada.inboxRow('Rocket club').click();
  });

  test('what is opened on a phone has the focus, and going back gives it to the row of the room', async () => {
    const token = await grace.page.evaluate(() => localStorage.getItem('parley:token'));
    const phone = await PageUser.open(browser, origin, { width: 400, token });

    await phone.inboxRow('Rocket club').press('Enter');
    await phone.page.locator('main:focus').waitFor();
    await phone.button('Back').press('Enter');
    await phone.focuses(phone.inboxRow('Rocket club'));

    await phone.page.keyboard.press('Control+k');
    await phone.page.keyboard.type('nowhere');
    await phone.button('Search public rooms').press('Enter');
    await phone.page.locator('main:focus', { hasText: 'Nothing found for “nowhere”' }).waitFor();
    await phone.close();
  });

  test('on a phone, the members have the focus while they hide the room, and give it back', async () => {
    const token = await grace.page.evaluate(() => localStorage.getItem('parley:token'));
    const phone = await PageUser.open(browser, `${origin}/r/rocket-club`, { width: 400, token });
    const toMembers = phone.page.getByTitle('Members');
    await toMembers.press('Enter');
    await phone.page.locator('aside:focus').waitFor();

    await phone.button('Close').press('Enter');

    await phone.focuses(toMembers);
    await phone.close();
  });

  test('a submenu stands beside its menu, also if it is opened while the menu still moves', async () => {
    await ada.page.getByTitle('Members').click();
    await ada.page.emulateMedia({ reducedMotion: 'no-preference' });

    const [menu, submenu] = await ada.memberRow('Grace').getByRole('button').evaluate(openBoth);

    expect(submenu!.right).toBeCloseTo(menu!.left, -1);
    expect(submenu!.bottom).toBeGreaterThan(menu!.top);
    await ada.page.emulateMedia({ reducedMotion: 'reduce' });
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('Escape');
  });

  /** Runs in the page. */
  async function openBoth(button: Element) {
    const nextFrame = () => new Promise(requestAnimationFrame);
    (button as HTMLElement).click();
    while (!document.querySelector('[data-submenu]')) await nextFrame();
    document.querySelector<HTMLElement>('[data-submenu]')!.click();
    await nextFrame();
    await Promise.all(document.getAnimations().map(({ finished }) => finished));
    await nextFrame();
    return [...document.querySelectorAll('.floating.menu')].map((box) => box.getBoundingClientRect());
  }

  test('a moderator mutes a member, who is told so, and lifts it', async () => {
    await ada.choose('Grace', 'Mute', '10 minutes');
    await grace.reads(/You are muted here until/);

    await ada.choose('Grace', 'Unmute');
    await grace.page.getByRole('textbox', { name: /^Message/ }).waitFor();
  });

  test('a banned member sees why, also after a reload, and may come back when the ban ends', async () => {
    const why = /You are banned from Rocket club until .* Reason: Too loud/;
    await ada.choose('Grace', 'Ban from room…');
    await ada.dialog.getByLabel('Reason').fill('Too loud');
    await ada.dialog.getByRole('button', { name: 'Ban', exact: true }).click();
    await grace.reads(why);
    await grace.page.reload();
    await grace.reads(why);
    expect(await grace.inboxRow('Rocket club').count()).toBe(0);

    await ada.page.getByRole('heading', { name: 'Banned' }).waitFor();
    await ada.choose('Grace', 'End the ban');
    await ada.page.getByRole('heading', { name: 'Banned' }).waitFor({ state: 'detached' });

    await grace.page.goto(`${origin}/r/rocket-club`);
    await grace.button('Join').click();
    await grace.say('Back again');
    await ada.reads('Back again');
  });

  test('messages of a blocked person are hidden until they are no longer blocked', async () => {
    await ada.choose('Grace', 'Block');
    await ada.page.getByRole('log').getByText('Hidden message').first().waitFor();
    expect(await ada.page.getByRole('log').getByText('Back again').count()).toBe(0);

    await ada.button('Settings').click();
    await ada.button('Unblock: Grace').click();
    await ada.reads('You have blocked nobody.');

    await ada.inboxRow('Rocket club').getByText('Back again').waitFor();
  });

  test('what is read on one device is no longer unread on the other', async () => {
    await grace.say('Anybody here?'); // Ada has her profile open
    const unread = ada.inboxRow('Rocket club').filter({ hasText: /\d unread/ });
    await unread.waitFor();
    expect(await ada.page.title()).toBe('(1) Parley');

    const phone = await ada.secondDevice(browser, `${origin}/r/rocket-club`);
    await phone.reads('Anybody here?');

    await unread.waitFor({ state: 'detached' });
    await phone.close();
  });

  test('a fault of the server that passes hides neither the room nor the inbox', async () => {
    const failing = ['Start', 'RoomBySlug', 'InboxPage', 'InboxPage'];
    const extensions = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 100 };
    await grace.page.route('**/graphql', (route) => {
      const at = failing.findIndex((name) => route.request().postData()?.includes(`query ${name}`));
      if (at < 0) return route.fallback();
      failing.splice(at, 1);
      return route.fulfill({ json: { errors: [{ message: 'Busy', extensions }] } });
    });

    await grace.page.goto(`${origin}/r/rocket-club`);

    await grace.inboxRow('Rocket club').waitFor();
    await grace.composer.waitFor();
    expect(failing).toEqual([]);
    await grace.page.unroute('**/graphql');
  });

  test('the keyboard alone leads to people, to rooms, and from row to row', async () => {
    const { page } = ada;
    await page.keyboard.press('Control+k');
    await ada.dialog.getByRole('combobox').waitFor();
    await page.keyboard.type('gra');
    await ada.dialog.getByRole('option', { name: 'Grace' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/c/*');
    await ada.inboxRow('Grace').filter({ hasNotText: 'Rocket club' }).waitFor(); // whose last message is hers too

    await page.keyboard.press('Alt+ArrowDown');
    await page.waitForURL('**/r/rocket-club');
    await page.getByRole('main').getByText('Anybody here?').waitFor();

    await ada.inboxRow('Rocket club').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/c/*');
  });

  test('a list is one stop for the keyboard, whose letters and arrows lead from row to row', async () => {
    const { page } = ada;
    await ada.inboxRow('Rocket club').click();
    await ada.composer.waitFor();
    await page.getByTitle('Members').first().focus();
    await page.keyboard.press('Shift+F6');
    await ada.focuses(ada.inboxRow('Rocket club'));
    await page.keyboard.press('g');
    await page.locator('.inbox-row:focus', { hasText: 'Grace' }).waitFor();
    await page.keyboard.press('Tab');
    await ada.focuses(ada.button('Settings'));
    await page.keyboard.press('Shift+Tab');
    await page.locator('.inbox-row:focus', { hasText: 'Grace' }).waitFor();
  });

  test('in an empty room, the link to the messages and F6 lead somewhere', async () => {
    await ada.inboxRow('Grace').filter({ hasNotText: 'Rocket club' }).click();
    await ada.reads('No messages yet: say hello');

    await ada.button('To the messages').press('Enter');
    await ada.page.locator('main:focus').waitFor();
    await ada.page.keyboard.press('Tab');
    await ada.page.keyboard.press('F6');

    await ada.focuses(ada.composer);
  });
});
