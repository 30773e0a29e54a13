import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { RoomBySlugDocument, SendMessageDocument } from '../generated/graphql.ts';
import { findChromium, startChromium } from '../support/chromium.ts';
import { GraphiQL } from '../support/graphiql.ts';
import { Person } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';

const chromium = findChromium();
// Takes the picture of README.md: PICTURE=docs/graphiql.png npm run jest -- graphiql
const picture = process.env.PICTURE;

jest.setTimeout(60_000);

let server: TestServer;
let browser: Browser;
let grace: Person;
let generalId: string;
let page: GraphiQL;

(chromium ? describe : describe.skip)('GraphiQL, with every way out of this machine closed,', () => {
  beforeAll(async () => {
    server = await startServer();
    browser = await startChromium(chromium!);
    grace = await Person.signIn(server.url, 'Grace');
    generalId = (await grace.ask(RoomBySlugDocument, { slug: 'general' })).roomBySlug!.id;
  });
  beforeEach(async () => {
    page = await GraphiQL.open(browser, server.url);
  });
  afterEach(async () => {
    expect(page.strayRequests).toEqual([]);
    expect(page.faults).toEqual([]);
    await page.close();
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const say = (text: string) => grace.ask(SendMessageDocument, { input: { roomId: generalId, text } });

  test('takes a newcomer from signing in to hearing others, with one thing to copy', async () => {
    await page.run('SignIn');
    await page.untilShown('accessToken');
    await page.run('Rooms');
    await page.untilShown('"General"');
    await page.paste('Variables', JSON.stringify({ roomId: generalId }, null, 2));
    await page.untilWorking(2);
    await page.run('Listen');
    await server.untilFollowed(generalId);
    await say('Has anybody seen my cat?');
    await page.untilShown('Has anybody seen my cat?');
    await say('Never mind, she is in the box.');
    await page.untilShown('Never mind, she is in the box.');
    if (picture) await page.takePicture(picture, 10);

    await page.stop();
    await page.run('Send');
    await page.untilShown('"userErrors": []');
    await page.run('History');
    await page.untilShown('"Welcome to General, Ada!"');
  });

  test('signs in with the Authorization header that is typed, for queries and for subscriptions', async () => {
    await page.paste('Headers', JSON.stringify({ Authorization: `Bearer ${grace.token}` }));
    await page.paste('Query', '{ viewer { user { displayName } } }');
    await page.run();
    await page.untilShown('"Grace"');

    await page.paste('Query', `subscription { messageAdded(roomId: "${generalId}") { message { text } } }`);
    await page.run();
    await server.untilFollowed(generalId);
    await say('Can you hear me?');

    await page.untilShown('Can you hear me?');
    expect(page.socketTokens).toEqual([undefined]); // so it was the header that signed the subscription in
  });

  test('tells an anonymous reader to sign in', async () => {
    await page.run('Rooms');

    await page.untilShown('"UNAUTHENTICATED"');
  });
});
