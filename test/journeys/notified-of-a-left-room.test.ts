import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Person, people } from '../support/person.ts';
import { leave, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(() => server.close());

const room = `room { id name memberCount latestMessage { text } members(first: 5) { edges { node { user { displayName } } } } }`;
const notification = `{ room: ${room} message { text ${room} reactionGroups { count } } }`.replace(
  'room: room',
  'room',
);
const query = `subscription { viewerEvents { __typename
  ... on ViewerSnapshot { pendingNotifications ${notification} }
  ... on NotificationAdded { notification ${notification} }
  ... on MembershipChangedEvent { membership { state ${room} } } } }`;

/** Keeps reactions from being read, and what shows them from being sent, until what it returns is called. */
async function holdReactions(): Promise<() => Promise<void>> {
  const { prisma } = server.app.services;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let isLocked = false;
  const holding = prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe('LOCK TABLE "Reaction" IN ACCESS EXCLUSIVE MODE');
      isLocked = true;
      await opened;
    },
    { timeout: 15_000 },
  );
  await until(() => isLocked);
  return async () => {
    open();
    await holding;
  };
}

/** How many statements wait for the reactions. */
async function waiting(): Promise<number> {
  const [row] = await server.app.services.prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM pg_locks WHERE NOT granted AND relation = '"Reaction"'::regclass`;
  return row?.count ?? 0;
}

const shownIn = (frame: unknown) => JSON.stringify(frame);

test('notifications that wait to be sent show nothing of a room that was left meanwhile', async () => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  const socket = await RawSocket.ready(server.url, grace.token);
  await socket.ask(query);
  const release = await holdReactions();
  await say(ada, roomId, 'One');
  await until(async () => (await waiting()) > 0);
  await say(ada, roomId, 'Two'); // waits until One is sent

  await leave(grace, roomId);
  await say(ada, roomId, 'Said later');
  await release();
  const frames = [await socket.next(), await socket.next(), await socket.next()];

  const added = { viewerEvents: { __typename: 'NotificationAdded' } };
  expect(frames).toMatchObject([
    { payload: { data: added } },
    { payload: { data: added } },
    { payload: { data: { viewerEvents: { __typename: 'MembershipChangedEvent', membership: { state: 'LEFT' } } } } },
  ]);
  expect(frames.map(shownIn).join()).toMatch(/One.*Two/);
  expect(frames.map(shownIn).join()).not.toContain('Said later');
  for (const frame of frames.slice(0, 2)) {
    const { room: shown } = (frame as { payload: { data: { viewerEvents: { notification: { room: object } } } } })
      .payload.data.viewerEvents.notification;
    expect(shown).toMatchObject({
      id: roomId,
      name: null,
      memberCount: 0,
      latestMessage: null,
      members: { edges: [] },
    });
  }
  socket.close();
});

test('a snapshot of what is pending shows nothing of a room that is left before it is sent', async () => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  await say(ada, roomId, 'Pending');
  const socket = await RawSocket.ready(server.url, grace.token);
  const release = await holdReactions();
  const first = socket.ask(query);
  await until(async () => (await waiting()) > 0);

  await leave(grace, roomId);
  await say(ada, roomId, 'Said later');
  await release();

  expect(shownIn(await first)).toContain('ViewerSnapshot');
  expect(shownIn(await first)).not.toContain('Said later');
  socket.close();
});
