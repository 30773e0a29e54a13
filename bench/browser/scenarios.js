import { setTimeout as pause } from 'node:timers/promises';
import { short, whole } from '../figures.js';
import { openDevices } from '../presence/devices.js';
import { median } from '../statistics.js';
import { longTasks, scrollToStart, sinceNavigation, untilShown } from './in-page.js';

/** @typedef {{ place: import('../presence/place.js').Place, browser: import('playwright-core').Browser, api: import('../parley.js').Api }} Setting */

const composer = 'main textarea';
const started = 7;
const crowdOpened = 7;
const talkMs = 10_000;
const perSecond = 50;
const history = 10_000;
const senders = 20;

/** What is measured, and the limit of web/DESIGN.md. @type {Record<string, { title: string, limit: string, measure: (setting: Setting) => Promise<string> }>} */
export const scenarios = {
  start: { title: 'Ready to type, with a cold cache', limit: '1,500 ms', measure: start },
  talk: { title: `${perSecond} messages a second: longest task; tasks over 100 ms`, limit: '100 ms; 0', measure: talk },
  history: {
    title: `Scrolling back through ${whole(history)} messages: most rows; moves of a row in sight`,
    limit: '200; 0',
    measure: scrollBack,
  },
  crowd: { title: 'A room in which everybody is present opens in', limit: '500 ms', measure: crowd },
};

/** Opens the page as one of the guests. @param {Setting} setting @param {string} path @param {string} token */
async function open({ place, browser }, path, token) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript((given) => localStorage.setItem('parley:token', given), token);
  await page.goto(`http://127.0.0.1:${place.port}${path}`);
  return { page, close: () => context.close() };
}

/** @param {Setting} setting */
async function start(setting) {
  const { rooms, guests } = setting.place;
  const times = [];
  for (const { token } of guests.slice(0, started)) {
    const { page, close } = await open(setting, `/c/${rooms[0]}`, token);
    times.push(await page.evaluate(sinceNavigation, composer));
    await close();
  }
  return `${whole(median(times))} ms`;
}

/** @param {Setting} setting */
async function talk(setting) {
  const { rooms, guests } = setting.place;
  const { page, close } = await open(setting, `/c/${rooms[0]}`, guests[0].token);
  await page.locator(composer).waitFor();
  await pause(1000); // what is loaded after the start
  const tasks = page.evaluate(longTasks, talkMs);
  await say(setting, { count: (talkMs / 1000) * perSecond, everyMs: 1000 / perSecond });
  const found = await tasks;
  await page.getByText(`Message ${(talkMs / 1000) * perSecond - 1} `, { exact: false }).waitFor();
  await close();
  const longest = found.length > 0 ? `${whole(Math.max(...found))} ms` : 'under 50 ms';
  return `${longest}; ${found.filter((ms) => ms > 100).length}`;
}

/** @param {Setting} setting */
async function scrollBack(setting) {
  const { rooms, guests } = setting.place;
  for (let sent = 0; sent < history; sent += 100) await say(setting, { count: 100, everyMs: 0 });
  // The last one who sent has read everything, so the room opens at its end.
  const { page, close } = await open(setting, `/c/${rooms[0]}`, guests[senders].token);
  await page.locator('article').first().waitFor();
  const { messages, mostRows, moves } = await page.evaluate(scrollToStart);
  await close();
  if (messages < history) throw new Error(`Only ${messages} messages were shown`);
  return `${mostRows}; ${moves}`;
}

/** @param {Setting} setting */
async function crowd(setting) {
  const { place, api } = setting;
  const [own, ...others] = place.guests;
  const query = 'subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { status } }';
  const prepare = (/** @type {import('../presence/device.js').Device} */ device) =>
    new Promise((resolve) => device.subscribe({ query, variables: { roomId: place.rooms[0] } }, resolve));
  let isOver = false;
  const devices = await openDevices(place, others, prepare, (why) => isOver || console.error(why));
  await api.createRoom(own.token, 'Elsewhere');
  const times = [];
  for (let n = 0; n < crowdOpened; n++) {
    const { page, close } = await open(setting, '/rooms', own.token);
    const link = page.locator(`nav a[href="/c/${place.rooms[0]}"], nav a[href^="/r/bench-"]`).first();
    await link.waitFor();
    await pause(500); // what is loaded after the start
    const opened = page.evaluate(untilShown, [composer, '.here', 'article']);
    await link.click();
    times.push(await opened);
    if (n === 0) console.error(`In the head: ${await page.locator('.here').textContent()}`);
    await close();
  }
  isOver = true;
  for (const { connection } of devices) connection.cut();
  return `${whole(median(times))} ms (${short(Math.max(...times))} at most)`;
}

/** Sends messages of the guests in turn. @param {Setting} setting @param {{ count: number, everyMs: number }} pace */
async function say({ place }, { count, everyMs }) {
  const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { message } } }';
  const answers = [];
  const beginning = performance.now();
  for (let n = 0; n < count; n++) {
    const { token } = place.guests[1 + (n % senders)];
    const text = `Message ${n} ${'and a word more '.repeat(n % 12)}`;
    const body = JSON.stringify({ query, variables: { input: { roomId: place.rooms[0], text } } });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    answers.push(fetch(`http://127.0.0.1:${place.port}/graphql`, { method: 'POST', headers, body }));
    const aheadMs = beginning + (n + 1) * everyMs - performance.now();
    if (aheadMs > 0) await pause(aheadMs);
  }
  for (const answer of await Promise.all(answers)) {
    const { data, errors } = await answer.json();
    if (errors || data.sendMessage.userErrors.length > 0) throw new Error(JSON.stringify(errors ?? data));
  }
}
