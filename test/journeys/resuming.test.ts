import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { streamCursor } from '../../src/log/cursor.ts';
import { HistoryDocument, LeaveRoomDocument, MessageAddedDocument, RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { ask, type Person, take } from '../support/person.ts';
import { makeGroup, roomOf, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

/** Stores many messages without events, and then sends one, which the node receives. */
async function fill(roomId: string, count: number): Promise<void> {
  await storeMessages(server, roomId, { author: ada, count, text: 'Line' });
  // A live reader gets the stored ones from the log; then the node knows of them.
  const follower = await Follower.of(ada, roomId);
  await say(ada, roomId, 'The end');
  await follower.untilHeard('The end');
  await follower.hangUp();
}

describe('after a cut', () => {
  test('a reader who is cut off again and again gets every event once', async () => {
    const room = await makeGroup(ada, 'Tunnel', [grace]);
    const follower = await Follower.of(grace, room);
    const start = follower.position;

    for (let cut = 0; cut < 5; cut += 1) {
      const talk = Promise.all(Array.from({ length: 20 }, (_, line) => say(ada, room, `Line ${cut}.${line}`)));
      grace.socket.terminate();
      await follower.ended.catch(() => {});
      follower.resume();
      await talk;
    }
    await follower.untilAt(start + 100);

    expect(follower.numbers).toHaveLength(100);
    follower.expectNothingMissed();
  });

  test('a reader who was away for more than a page of the log gets all of it', async () => {
    const room = await makeGroup(ada, 'Holiday', [grace]);
    const follower = await Follower.of(grace, room);
    await follower.hangUp();

    await fill(room, 1700);
    follower.resume();
    await follower.untilAt(follower.frames[0]!.positionBefore + 1701);

    expect(new Set(follower.frames.slice(1, -1).map(({ status }) => status))).toEqual(new Set(['REPLAYING']));
    expect(follower.frames.at(-1)?.status).toBe('LIVE');
    follower.expectNothingMissed();
  });

  test('a reader who is too far behind gets RESET and no events', async () => {
    const room = await makeGroup(ada, 'Sabbatical', [grace]);
    const follower = await Follower.of(grace, room);
    await follower.hangUp();

    await fill(room, limits.replayMaxEvents);
    follower.resume();
    await follower.ended;

    const { cursor } = follower.frames[0]!;
    expect(follower.frames[1]).toMatchObject({ status: 'RESET', resetReason: 'GAP_TOO_LARGE', events: [] });
    const added = grace.follow(MessageAddedDocument, { roomId: room, after: cursor });
    await expect(take(added, 1)).rejects.toMatchObject([{ extensions: { code: 'GAP_TOO_LARGE' } }]);
  });

  test('a cursor of another history or of the future gets RESET, and a page cursor is refused', async () => {
    const room = await makeGroup(ada, 'Time travel', [grace]);
    await say(ada, room, 'Now');
    const { epoch, lastEventAt } = await server.app.services.prisma.roomHead.findUniqueOrThrow({
      where: { roomId: innerId('Room', room) },
    });
    const at = lastEventAt!.getTime();
    const { room: page } = await grace.ask(HistoryDocument, { roomId: room, last: 1 });

    const another = await Follower.of(grace, room, streamCursor({ epoch: crypto.randomUUID(), eventNumber: 1, at }));
    const future = await Follower.of(grace, room, streamCursor({ epoch, eventNumber: 1000, at }));

    expect(another.frames[0]).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
    expect(future.frames[0]).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
    const misused = Follower.of(grace, room, page!.messages.edges[0]!.cursor);
    await expect(misused).rejects.toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  });

  test('a log that was replaced while nobody read it is known after one RESET', async () => {
    const seldom = await startServer({ compareMs: 600_000 });
    const { joan } = await seldom.people('Joan');
    const room = await makeGroup(joan, 'Replaced');
    await (await Follower.of(joan, room)).hangUp();
    const { prisma } = seldom.app.services;
    await prisma.roomHead.update({
      where: { roomId: innerId('Room', room) },
      data: { epoch: crypto.randomUUID() },
    });
    const { room: state } = await joan.ask(RoomStateDocument, { roomId: room });

    const early = await Follower.of(joan, room, state!.syncCursor);

    expect(early.frames[0]).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
    await until(async () => {
      const reader = await Follower.of(joan, room, state!.syncCursor);
      await reader.hangUp();
      return reader.frames[0]!.status === 'LIVE';
    });
    await seldom.close();
  });

  test('messageAdded resumes after an event’s cursor', async () => {
    const room = await makeGroup(ada, 'One-liner', [grace]);
    const live = grace.follow(MessageAddedDocument, { roomId: room });
    const heard = take(live, 1);
    await server.untilFollowed(room);
    await say(ada, room, 'One');
    const [one] = await heard;
    await live.return?.();

    await say(ada, room, 'Two');
    await say(ada, room, 'Three');
    const rest = await take(grace.follow(MessageAddedDocument, { roomId: room, after: one!.messageAdded.cursor }), 2);

    expect(rest.map(({ messageAdded }) => messageAdded.message.text)).toEqual(['Two', 'Three']);
  });
});

describe('after a query', () => {
  test('a query and the events after its syncCursor together contain each message of the room once', async () => {
    const { edsger, barbara } = await server.people('Edsger', 'Barbara');
    const everybody = [ada, grace, edsger, barbara];
    const room = await makeGroup(ada, 'Bazaar', everybody.slice(1));
    const talk = everybody.map(async (person) => {
      for (let line = 0; line < 20; line += 1) await say(person, room, `${person.name} ${line}`);
    });
    await say(ada, room, 'Begin');

    for (let reader = 0; reader < 5; reader += 1) {
      const { room: state } = await grace.ask(RoomStateDocument, { roomId: room });
      const follower = await Follower.of(grace, room, state!.syncCursor);
      if (reader === 4) await Promise.all(talk);
      const { room: now } = await grace.ask(RoomStateDocument, { roomId: room });
      const last = now!.messages.nodes.at(-1)!.sequence;
      await follower.untilAt(follower.frames[0]!.positionBefore + last - state!.messages.nodes.at(-1)!.sequence);

      const seen = [...state!.messages.nodes.map(({ sequence }) => sequence), ...follower.sequences];
      expect(seen.slice(0, last)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
      await follower.hangUp();
    }
  });

  test('syncCursor is refused outside a query', async () => {
    const room = await makeGroup(ada, 'No cursor here');

    const { errors } = await ada.tryAsk(`mutation { joinRoom(input: { roomId: "${room}" }) { room { syncCursor } } }`);

    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });
});

describe('without publications', () => {
  /** A second node that shares nothing with the first but the database. */
  let other: TestServer;
  let edsger: Person;
  beforeAll(async () => {
    other = await startServer({ databaseUrl: server.databaseUrl, compareMs: 100 });
    edsger = await other.signIn('Edsger');
  });
  afterAll(() => other.close());

  test('a reader gets every message of another node, including the last one of a burst', async () => {
    const room = await roomOf(ada, edsger);
    const follower = await Follower.of(edsger, room);
    const end = follower.position + 50;

    const sent = await Promise.all(Array.from({ length: 50 }, (_, number) => say(ada, room, `Message ${number}`)));
    await follower.untilAt(end);

    expect(follower.position).toBe(end);
    expect(new Set(follower.texts)).toEqual(new Set(sent.map(({ text }) => text)));
    follower.expectNothingMissed();
  });

  test('a reader who leaves on another node gets no later events', async () => {
    const room = await roomOf(ada, edsger);
    const follower = await Follower.of(edsger, room);

    await say(ada, room, 'For Edsger');
    await ask(server.url, LeaveRoomDocument, { input: { roomId: room } }, edsger.token);
    await say(ada, room, 'Not for Edsger');
    await follower.ended;

    expect(follower.frames.at(-1)?.status).toBe('ENDED');
    expect(follower.texts).toContain('For Edsger');
    expect(follower.texts).not.toContain('Not for Edsger');
    follower.expectNothingMissed();
  });
});
