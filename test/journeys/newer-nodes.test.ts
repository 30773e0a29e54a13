import { beforeAll, expect, test } from '@jest/globals';
import { innerId, newId } from '../../src/base/ids.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { roomTopic } from '../../src/log/topics.ts';
import { Follower } from '../support/follower.ts';
import { record } from '../support/recording.ts';
import { makeChannel, say } from '../support/rooms.ts';
import { withServerLike } from '../support/with-server.ts';

// A newer node, on the same database, has added a type of events, and one of system messages.
const { server, ada } = await withServerLike({ compareMs: 100 }, 'Ada');
const { prisma, bus } = server.app.services;
const type = 'ROOM_PAINTED';

beforeAll(async () => {
  await prisma.$executeRawUnsafe(`ALTER TYPE "RoomEventType" ADD VALUE '${type}'`);
  await prisma.$executeRawUnsafe(`ALTER TYPE "SystemEventType" ADD VALUE '${type}'`);
});

const typesIn = ({ frames }: Follower) => frames.flatMap(({ events }) => events.map(({ __typename }) => __typename));

test('an event that only newer nodes know keeps its place, when it is found in the log and when it is replayed', async () => {
  const roomId = await makeChannel(ada, 'Painted');
  const follower = await Follower.of(ada, roomId);
  const { cursor } = follower.frames[0]!;

  const number = await record(server, roomId, { type, actorId: ada.id });
  await follower.untilAt(number);
  await say(ada, roomId, 'Nice');
  await follower.untilHeard('Nice');
  const late = await Follower.of(ada, roomId, cursor);
  await late.untilHeard('Nice');

  expect(typesIn(follower)).toEqual(['UnknownEvent', 'MessageAddedEvent']);
  expect(typesIn(late)).toEqual(typesIn(follower));
  expect(late.numbers).toEqual([number, number + 1]);
});

test('it keeps its place when a newer node announces it', async () => {
  const roomId = await makeChannel(ada, 'Painted and announced');
  const follower = await Follower.of(ada, roomId);
  const eventNumber = follower.position + 1;
  const event = { type, roomId: innerId('Room', roomId), eventNumber, occurredAt: new Date(), actorId: null };

  bus.publish(roomTopic(event.roomId), [event as unknown as RoomEvent]);
  await follower.untilAt(eventNumber);

  expect(typesIn(follower)).toEqual(['UnknownEvent']);
});

test('a system message that only newer nodes know is shown as such, in the log and in a page', async () => {
  const roomId = await makeChannel(ada, 'Painted again');
  const follower = await Follower.of(ada, roomId);
  const text = 'Something has changed in Painted again.';

  await prisma.$executeRawUnsafe(`
    WITH head AS (
      UPDATE "RoomHead" SET "lastEventNumber" = "lastEventNumber" + 1, "lastSequence" = "lastSequence" + 1, "lastEventAt" = now()
      WHERE "roomId" = '${innerId('Room', roomId)}' RETURNING *
    )
    INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "kind", "systemEventType", "systemSubjectId", "createdAt")
    SELECT '${newId()}', "roomId", "lastSequence", "lastEventNumber", 'SYSTEM', '${type}', '${innerId('User', ada.id)}', now() FROM head`);
  await follower.untilHeard(text);

  const page = `{ room(id: "${roomId}") { messages(last: 1) { nodes { text systemEvent { type } } } } }`;
  const { data } = await ada.tryAsk<object, object>(page);
  expect(data).toEqual({ room: { messages: { nodes: [{ text, systemEvent: { type: 'UNKNOWN' } }] } } });
});
