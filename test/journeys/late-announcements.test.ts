import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { roomTopic } from '../../src/log/topics.ts';
import { cursorOf } from '../support/cursor-of.ts';
import { causes, type Ending } from '../support/ends-of-access.ts';
import { lastEventNumber } from '../support/head.ts';
import { holdBack } from '../support/held-back.ts';
import type { Person } from '../support/person.ts';
import { startProxiedServer } from '../support/proxied-server.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { bySocket, byStream, type Transcript } from '../support/transcript.ts';
import { until } from '../support/until.ts';

/** Nothing announces to the second node what happens at the first one: they have no Redis. */
const never = 1_000_000;
const proxied = await startProxiedServer({ compareMs: never });
const { server: two, proxy } = proxied;
const one = await startServer({ databaseUrl: proxied.directUrl });
afterAll(async () => {
  await one.close();
  await proxied.close();
});

let ada: Person;
let grace: Person;
let roomId: string;
beforeEach(async () => {
  ada = await one.signIn('Ada');
  grace = await two.signIn('Grace');
  roomId = await makeGroup(ada, 'The old name', [grace]);
});
let transcript: Transcript;
afterEach(() => {
  proxy.release();
  transcript.hangUp();
});

const readers = [
  ['WebSocket', bySocket],
  ['Server-Sent Events', byStream],
] as const;
const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status positionAfter events { __typename eventNumber
    ... on MessageAddedEvent { message { text room { name latestMessage { text } } } } } } }`;

function expectEnd(): void {
  expect(transcript.text).toContain('Last before the end');
  expect(transcript.text).not.toContain('Said later');
  expect(transcript.results.at(-1)).toMatchObject({ data: { roomEvents: { status: 'ENDED', events: [] } } });
}

function endAtOne(cause: string): Promise<unknown> {
  const ending: Ending = { roomId, reader: grace, owner: ada, node: one };
  return causes[cause]!.end(ending);
}

describe.each(readers)('over %s, a node that was not told of the end', (_name, read) => {
  test('shows nothing later if it reads the end from the log', async () => {
    const after = await cursorOf(grace, roomId);
    // Several frames: the last one has some of these messages, and the end.
    await Promise.all(Array.from({ length: 200 }, () => say(ada, roomId, 'x'.repeat(2000))));
    transcript = await read({ url: two.url, token: grace.token, query, variables: { roomId, after } });
    const release = holdBack(transcript.tcp);
    await two.untilFollowed(roomId);
    await say(ada, roomId, 'Last before the end');

    await endAtOne('removal');
    await say(ada, roomId, 'Said later');
    release();

    await until(() => transcript.isOver);
    expectEnd();
  });

  test('shows nothing later if it reads the room while the access ends', async () => {
    transcript = await read({ url: two.url, token: grace.token, query, variables: { roomId } });
    await until(() => transcript.hasBegun);
    proxy.hold();
    await tellLate('Last before the end');

    await endAtOne('removal');
    await say(ada, roomId, 'Said later');
    proxy.release();

    await until(() => transcript.isOver);
    expectEnd();
  });

  test('shows nothing later if it reads the room while the session ends', async () => {
    transcript = await read({ url: two.url, token: grace.token, query, variables: { roomId } });
    await until(() => transcript.hasBegun);
    proxy.hold();
    await tellLate('Never shown');

    two.app.services.sessions.end(innerId('Session', grace.sessionId));
    await say(ada, roomId, 'Said later');
    proxy.release();

    await until(() => transcript.isOver);
    expect(transcript.text).not.toMatch(/Said later|Never shown/);
    expect(transcript.results.at(-1)).toMatchObject({ data: { roomEvents: { status: 'ENDED', events: [] } } });
  });
});

/** Says something at the first node, and announces this event alone to the second one. */
async function tellLate(text: string): Promise<void> {
  const id = innerId('Room', roomId);
  const { feeds } = one.app.services.log;
  const lease = feeds.acquire(id);
  const feed = await lease.value;
  await say(ada, roomId, text);
  const last = await lastEventNumber(one, roomId);
  await until(() => feed!.eventNumber === last);
  two.app.services.bus.publish(roomTopic(id), feed!.recent(last - 1, 1));
  lease.release();
}
