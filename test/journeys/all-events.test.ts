import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { ArchiveRoomDocument, UpdateRoomDocument } from '../generated/graphql.ts';
import { everyFieldOf, memberTypes } from '../support/every-field.ts';
import { lastEventNumber } from '../support/head.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { Person, people } from '../support/person.ts';
import { record } from '../support/recording.ts';
import { add, done, join, leave, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

interface Event {
  __typename: string;
  eventNumber: number;
}
interface Frame {
  status: string;
  cursor: string;
  positionAfter: number;
  events: Event[];
}
interface Variables {
  roomId: string;
  after?: string | null;
}

const types = memberTypes(schema, 'RoomEvent');
/** All that can be selected of events, but for what is another one a moment later. */
const selections = types.map(
  (name) => `... on ${name} { ${everyFieldOf(schema, name, { but: ['room', 'presence'], levels: 3 })} }`,
);
const rooms = '... on RoomUpdatedEvent { room { id name topic archivedAt } }';
const everything = parse(`subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionAfter events { ${selections.join(' ')} ${rooms} } }
}`) as TypedDocumentNode<{ roomEvents: Frame }, Variables>;

let server: TestServer;
/** Another node, without any connection to the first: what it knows it has read from the log. */
let other: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  other = await startServer({ databaseUrl: server.databaseUrl, compareMs: 100 });
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(async () => {
  await Promise.all([ada.close(), grace.close()]);
  await other.close();
  await server.close();
});

/** All frames of a following, as they come in. */
function follow(person: Person, variables: Variables) {
  const frames: Frame[] = [];
  const results = person.follow(everything, variables);
  void (async () => {
    for await (const { data, errors } of results) {
      if (errors) throw errors[0];
      frames.push(data!.roomEvents);
    }
  })();
  const events = () => frames.flatMap((frame) => frame.events);
  const untilAt = (eventNumber: number) => until(() => (frames.at(-1)?.positionAfter ?? -1) >= eventNumber);
  return { frames, events, untilAt, hangUp: () => results.return?.() };
}

/** The same events as they are read from the log afterwards. */
async function replayed(roomId: string, after: string, last: number): Promise<Event[]> {
  const visitor = await Person.signIn(other.url, 'Visitor');
  const replay = follow(visitor, { roomId, after });
  await replay.untilAt(last);
  await visitor.close();
  return replay.events();
}

test('all durable events are served, those too that no mutation makes yet', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Everything' }, [grace]);
  const [one, two] = [await say(grace, roomId, 'One'), await say(grace, roomId, 'Two')];
  const live = follow(ada, { roomId });
  await until(() => live.frames.length === 1);
  const [{ cursor }] = live.frames as [Frame];

  done(await react(grace, one.id, '👍'));
  done(await edit(grace, one.id, 'One, edited'));
  await record(
    server,
    roomId,
    { type: 'MEMBERSHIP_CHANGED', actorId: ada.id, userId: grace.id },
    `UPDATE "Membership" SET "role" = 'MODERATOR' WHERE "userId" = '${innerId('User', grace.id)}'`,
  );
  await ada.ask(UpdateRoomDocument, { input: { roomId, topic: 'All of it' } });
  done(await remove(ada, two.id));
  const last = await lastEventNumber(server, roomId);
  await live.untilAt(last);

  const [byAda, byGrace] = ['Ada', 'Grace'].map((displayName) => ({ roomId, actor: { displayName } }));
  const edited = { id: one.id, text: 'One, edited', editedAt: expect.any(String) };
  expect(live.events()).toMatchObject([
    { ...byGrace, __typename: 'ReactionsChangedEvent', messageId: one.id, message: { id: one.id, text: 'One' } },
    { ...byGrace, __typename: 'MessageUpdatedEvent', message: edited },
    { ...byAda, __typename: 'MembershipChangedEvent', membership: { role: 'MODERATOR', user: { id: grace.id } } },
    { ...byAda, __typename: 'RoomUpdatedEvent', room: { name: 'Everything', topic: 'All of it' } },
    { ...byAda, __typename: 'MessageDeletedEvent', messageId: two.id, message: { id: two.id, text: null } },
  ]);
  // What an event tells of is shown as it is when the event is read.
  const [reacted, ...others] = live.events();
  const message = expect.objectContaining(edited);
  expect(await replayed(roomId, cursor, last)).toEqual([{ ...reacted, message }, ...others]);
  await live.hangUp();
});

test('a replay shows an event as it was live, while what it tells of has not changed', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Twice told' });
  const { hedy } = await people(server.url, 'Hedy');
  const first = await say(ada, roomId, 'First');
  const live = follow(grace, { roomId });
  await until(() => live.frames.length === 1);

  const actions: [string, () => Promise<unknown>][] = [
    ['MessageAddedEvent', () => say(ada, roomId, '👩🏽‍🚀 "quoted"\n\\ \u2028', { clientMessageId: 'draft' })],
    ['MessageAddedEvent', () => say(ada, roomId, 'Second', { replyToId: first.id })],
    ['MessageUpdatedEvent', () => edit(ada, first.id, 'First of all')],
    ['ReactionsChangedEvent', () => react(ada, first.id, '👍')],
    ['ReactionsChangedEvent', () => unreact(ada, first.id, '👍')],
    ['MessageDeletedEvent', () => remove(ada, first.id)],
    ['MembershipChangedEvent', () => join(hedy, roomId)],
    ['MembershipChangedEvent', () => leave(hedy, roomId)],
    ['MembershipChangedEvent', () => add(ada, roomId, [hedy])],
    ['RoomUpdatedEvent', () => ada.ask(UpdateRoomDocument, { input: { roomId, topic: 'Anew' } })],
    ['RoomUpdatedEvent', () => ada.ask(ArchiveRoomDocument, { input: { roomId } })],
  ];
  for (const [name, act] of actions) {
    const { cursor, positionAfter } = live.frames.at(-1)!;
    await act();
    const last = await lastEventNumber(server, roomId);
    await live.untilAt(last);

    const events = live.events().filter(({ eventNumber }) => eventNumber > positionAfter);
    expect(events[0]?.__typename).toBe(name);
    expect(await replayed(roomId, cursor, last)).toEqual(events);
  }
  await live.hangUp();
});

test('who resumes finds an edited text edited and a deleted one gone, however recent they are', async () => {
  const roomId = await makeRoom(ada, { kind: 'GROUP', name: 'Regrets' }, [grace]);
  const live = follow(ada, { roomId });
  await until(() => live.frames.length === 1);
  const after = live.frames[0]!.cursor;
  const [typo, secret] = [await say(ada, roomId, 'Helo'), await say(ada, roomId, 'Secret')];

  done(await edit(ada, typo.id, 'Hello'));
  done(await remove(ada, secret.id));
  const last = await lastEventNumber(server, roomId);
  await live.untilAt(last);
  const resumed = follow(grace, { roomId, after });
  await resumed.untilAt(last);

  expect(live.events()).toMatchObject([{ message: { text: 'Helo' } }, { message: { text: 'Secret' } }, {}, {}]);
  expect(resumed.events()).toMatchObject([{ message: { text: 'Hello' } }, { message: { text: null } }, {}, {}]);
  await Promise.all([live.hangUp(), resumed.hangUp()]);
});
