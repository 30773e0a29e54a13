import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { schema } from '../../src/schema.ts';
import { LeaveRoomDocument, RevokeSessionDocument } from '../generated/graphql.ts';
import { LeavingParty } from '../support/leaving-party.ts';
import { lockTable } from '../support/locked-table.ts';
import { idsIn, idsOfNoRoom, type Outsider, operationsOnRooms, type RoomIds } from '../support/operations-on-rooms.ts';
import { ask, type Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { nosySubscriptions } from '../support/room-fields.ts';
import { converse, leave, makeChannel, makeGroup, say } from '../support/rooms.ts';
import { type Frame, RawSocket } from '../support/socket.ts';
import { startTwoNodes } from '../support/two-nodes.ts';
import {
  type Ending,
  expectNothingLater,
  expectOwnEnd,
  subscribeBySocket,
  subscribeByStream,
  textsInResults,
} from '../support/unread-subscription.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, mallory } = await withServer('Ada', 'Grace', 'Mallory');

describe('a private room', () => {
  // Shared, because what an outsider tries must not change them.
  let foreignRooms: Record<'group' | 'conversation', RoomIds>;
  let outsider: Outsider;
  beforeAll(async () => {
    outsider = { id: mallory.id, ownRoom: await makeGroup(mallory, "Mallory's den") };
    foreignRooms = {
      group: await idsIn(await makeGroup(ada, 'Secret', [grace]), ada),
      conversation: await idsIn(await converse(ada, grace), ada),
    };
  });

  test.each(
    Object.entries(operationsOnRooms).flatMap(([name, operation]) =>
      (['group', 'conversation'] as const).map((kind) => [name, kind, operation] as const),
    ),
  )('%s gives an outsider the same answer for a foreign %s as for a missing one', async (_name, kind, operation) => {
    const foreign = JSON.stringify(await mallory.tryAsk(operation(foreignRooms[kind], outsider)));
    const missing = JSON.stringify(await mallory.tryAsk(operation(idsOfNoRoom(), outsider)));

    expect(foreign).toBe(missing);
    expect(foreign).toMatch(/NOT_FOUND|null/);
    expect(foreign).not.toMatch(/INTERNAL|BAD_REQUEST|FORBIDDEN|INVALID/);
  });

  test('is tried with every operation that takes an id', () => {
    const ofUsers = [
      'user',
      'blockUser',
      'unblockUser',
      'createSessionFor',
      'deactivateUser',
      'reactivateUser',
      'setAdmin',
    ];
    const concernNoRoom = [...ofUsers, 'createRoom', 'openConversation', 'revokeSession', 'revokeApiKey'];
    const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = types.flatMap((type) => Object.values(type?.getFields() ?? {}));

    const takingIds = fields.filter(({ args }) => args.some(({ type }) => isOrHasId(type)));

    const tried = [...Object.keys(operationsOnRooms), ...concernNoRoom];
    expect(takingIds.map(({ name }) => name).sort()).toEqual(tried.sort());
  });

  function isOrHasId(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return named.name === 'ID';
    return Object.values(named.getFields()).some((field) => isOrHasId(field.type));
  }
});

const room = `room { id name memberCount latestMessage { text } members(first: 5) { edges { node { user { displayName } } } } }`;
const notification = `{ ${room} message { text ${room} reactionGroups { count } } }`;
const query = `subscription { viewerEvents { __typename
  ... on ViewerSnapshot { pendingNotifications ${notification} }
  ... on NotificationAdded { notification ${notification} }
  ... on MembershipChangedEvent { membership { state ${room} } } } }`;

describe('a room that is left before its notifications are sent', () => {
  test('shows nothing in the notifications of its messages', async () => {
    const { edsger } = await server.people('Edsger');
    const roomId = await makeGroup(ada, 'The old name', [edsger]);
    const socket = await RawSocket.ready(server.url, edsger.token);
    await socket.ask(query);
    const reactions = await lockTable(server, 'Reaction');
    await say(ada, roomId, 'One');
    await reactions.untilWaitedFor();
    await say(ada, roomId, 'Two'); // waits until One is sent

    await leave(edsger, roomId);
    await say(ada, roomId, 'Said later');
    await reactions.release();
    const frames = [await socket.next(), await socket.next(), await socket.next()];

    const added = { payload: { data: { viewerEvents: { __typename: 'NotificationAdded' } } } };
    const left = { __typename: 'MembershipChangedEvent', membership: { state: 'LEFT' } };
    expect(frames).toMatchObject([added, added, { payload: { data: { viewerEvents: left } } }]);
    expect(JSON.stringify(frames)).toMatch(/One.*Two/);
    expect(JSON.stringify(frames)).not.toContain('Said later');
    const unknown = { id: roomId, name: null, memberCount: 0, latestMessage: null, members: { edges: [] } };
    for (const frame of frames.slice(0, 2))
      expect(frame).toMatchObject({ payload: { data: { viewerEvents: { notification: { room: unknown } } } } });
    socket.close();
  });

  test('shows nothing in the snapshot of pending notifications', async () => {
    const { edsger } = await server.people('Edsger');
    const roomId = await makeGroup(ada, 'The old name', [edsger]);
    await say(ada, roomId, 'Pending');
    const socket = await RawSocket.ready(server.url, edsger.token);
    const reactions = await lockTable(server, 'Reaction');
    const first = socket.ask(query);
    await reactions.untilWaitedFor();

    await leave(edsger, roomId);
    await say(ada, roomId, 'Said later');
    await reactions.release();

    expect(JSON.stringify(await first)).toContain('ViewerSnapshot');
    expect(JSON.stringify(await first)).not.toContain('Said later');
    socket.close();
  });
});

describe('a subscription with unread results', () => {
  const all = Object.entries(nosySubscriptions);
  /** One of each kind, where the selection makes no difference. */
  const two = all.filter(([name]) => /messageAdded, shared|roomEvents, personal/.test(name));

  let party: LeavingParty;
  beforeAll(async () => {
    party = await LeavingParty.at(server);
  });
  afterAll(() => party.close());

  const groupWith = (member: Person) => makeGroup(party.ada, 'The old name', [member]);

  function expectEnd(name: string, ending: Ending, end: number, state: 'LEFT' | 'BANNED' = 'LEFT'): void {
    expectNothingLater(ending, end);
    if (name.startsWith('roomEvents')) expectOwnEnd(ending, end, state);
  }

  test.each(all)('shows nothing later to a member who leaves: %s', async (name, query) => {
    const roomId = await groupWith(party.grace);
    const at = { roomId, reader: party.grace, node: server };
    const slow = await subscribeBySocket({ ...at, query });
    const witness = await subscribeBySocket({ ...at, query: nosySubscriptions['roomEvents, personal'] });
    const seenInTime = new Set(['LEFT', 'The old name']); // her own state, and what she saw at the start
    const go = async () => {
      while (!seenInTime.has('Last before the end'))
        for (const said of textsInResults(await witness.socket.next())) seenInTime.add(said);
      await leave(party.grace, roomId);
    };

    const end = await party.leaveUnread({ roomId, tcp: slow.tcp, go });

    const ending = await slow.ending();
    expectEnd(name, ending, end);
    for (const said of textsInResults((await witness.ending()).results)) seenInTime.add(said);
    expect(textsInResults(ending.results).filter((said) => !seenInTime.has(said))).toEqual([]);
  });

  test.each(two)('shows nothing later if the server must read the log again: %s', async (name, query) => {
    const roomId = await groupWith(party.grace);
    const slow = await subscribeBySocket({ roomId, query, reader: party.grace, node: server });

    const end = await party.leaveUnread({ roomId, tcp: slow.tcp, isForgotten: true });

    expectEnd(name, await slow.ending(), end);
  });

  test.each(two)('shows nothing later to a member who leaves and is banned then: %s', async (name, query) => {
    const roomId = await groupWith(party.grace);
    const slow = await subscribeBySocket({ roomId, query, reader: party.grace, node: server });
    let end = 0;
    const go = async () => {
      await leave(party.grace, roomId);
      end = await party.lastChange(roomId);
      await party.expel(roomId, 'BANNED');
    };

    await party.leaveUnread({ roomId, tcp: slow.tcp, go, isForgotten: true });

    expectEnd(name, await slow.ending(), end, 'BANNED');
  });

  test.each(two)('shows nothing later to a member who is banned from a channel: %s', async (name, query) => {
    const roomId = await makeChannel(party.ada, 'The old name', [party.grace]);
    const slow = await subscribeBySocket({ roomId, query, reader: party.grace, node: server });

    const end = await party.leaveUnread({ roomId, tcp: slow.tcp, go: () => party.expel(roomId, 'BANNED') });

    expectEnd(name, await slow.ending(), end, 'BANNED');
  });

  test.each(all)('completes over Server-Sent Events and shows nothing later: %s', async (name, query) => {
    const roomId = await groupWith(party.grace);
    const slow = await subscribeByStream({ roomId, query, reader: party.grace, node: server });

    const end = await party.leaveUnread({ roomId, tcp: slow.tcp });

    expectEnd(name, await slow.ending(), end);
  });

  const signOut = (device: Person) => device.ask(RevokeSessionDocument, { input: { sessionId: device.sessionId } });

  test.each(two)('shows nothing later to a revoked session: %s', async (_name, query) => {
    const reader = await server.signIn('Grace abroad');
    const roomId = await groupWith(reader);
    const { socket, tcp } = await subscribeBySocket({ roomId, query, reader, node: server });

    await party.signOutUnread({ roomId, tcp, go: () => signOut(reader) });

    const frames: Frame[] = [];
    do frames.push(await socket.next());
    while (!('closed' in frames.at(-1)!));
    expect(frames.at(-1)).toMatchObject({ closed: 4403 });
    expect(JSON.stringify(frames)).not.toContain('Said later');
  });

  test.each(two)('shows nothing later over Server-Sent Events to a revoked session: %s', async (name, query) => {
    const reader = await server.signIn('Grace abroad');
    const roomId = await groupWith(reader);
    const slow = await subscribeByStream({ roomId, query, reader, node: server });

    await party.signOutUnread({ roomId, tcp: slow.tcp, go: () => signOut(reader) });

    const { results, text } = await slow.ending();
    const ended = { data: { roomEvents: { status: 'ENDED', events: [] } } };
    expect(text).not.toContain('Said later');
    if (name.startsWith('roomEvents')) expect(results.at(-1)).toMatchObject(ended);
  });

  test('shows nothing later on another node than the one where the member leaves', async () => {
    const redis = await startRedis();
    if (!redis) return; // startRedis has said so
    const nodes = await startTwoNodes(redis.url);
    const apart = await LeavingParty.at(nodes.one, nodes.two);
    const roomId = await makeGroup(apart.ada, 'The old name', [apart.grace]);
    const query = nosySubscriptions['roomEvents, shared'];
    const slow = await subscribeBySocket({ roomId, query, reader: apart.grace, node: nodes.two });
    const go = () => ask(nodes.one.url, LeaveRoomDocument, { input: { roomId } }, apart.grace.token);

    const end = await apart.leaveUnread({ roomId, tcp: slow.tcp, go });

    expectEnd('roomEvents', await slow.ending(), end);
    await apart.close();
    await nodes.close();
    await redis.stop();
  });
});
