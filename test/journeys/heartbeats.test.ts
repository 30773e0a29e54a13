import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { MessageAddedDocument, RoomEventsDocument, type RoomEventsSubscription } from '../generated/graphql.ts';
import { type Person, people, take } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { listen } from '../support/sse.ts';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer({ heartbeatMs: 50 });
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

type Results = AsyncIterator<ExecutionResult<RoomEventsSubscription>>;

test.each<[string, (roomId: string) => Results]>([
  ['WebSocket', (roomId) => ada.follow(RoomEventsDocument, { roomId })],
  ['SSE', (roomId) => listen(ada, RoomEventsDocument, { roomId })],
])(
  'heartbeats over %s come while nothing happens, and carry on where the last frame was',
  async (_transport, follow) => {
    const roomId = await makeGroup(ada, 'Quiet');
    const results = follow(roomId);

    const before = await take(results, 4);
    await say(ada, roomId, 'Hello');
    const after: RoomEventsSubscription[] = [];
    while (after.at(-2)?.roomEvents.events.length !== 1) after.push(...(await take(results, 1)));
    await results.return?.();

    const frames = [...before, ...after].map(({ roomEvents }) => roomEvents);
    const said = frames.findIndex(({ events }) => events.length > 0);
    const statuses = frames.map(({ status }) => status);
    const still = statuses.filter((_status, index) => index !== 0 && index !== said);
    expect([statuses[0], statuses[said]]).toEqual(['LIVE', 'LIVE']);
    expect(new Set(still)).toEqual(new Set(['HEARTBEAT']));
    for (const [index, { positionBefore, cursor }] of frames.entries()) {
      const last = frames[index - 1];
      if (!last) continue;
      expect(positionBefore).toBe(last.positionAfter);
      expect(cursor === last.cursor).toBe(index !== said);
    }
  },
);

test('a heartbeat’s cursor resumes', async () => {
  const roomId = await makeGroup(ada, 'Resumed');
  const results = ada.follow(RoomEventsDocument, { roomId });
  const [, heartbeat] = await take(results, 2);
  await results.return?.();
  await say(ada, roomId, 'Meanwhile');

  const resumed = ada.follow(RoomEventsDocument, { roomId, after: heartbeat!.roomEvents.cursor });
  const [frame] = await take(resumed, 1);
  await resumed.return?.();

  expect(heartbeat?.roomEvents.status).toBe('HEARTBEAT');
  expect(frame?.roomEvents.events).toMatchObject([{ message: { text: 'Meanwhile' } }]);
});

test('messageAdded has none: a message is the next thing that is heard', async () => {
  const roomId = await makeGroup(ada, 'Silence');
  const added = ada.follow(MessageAddedDocument, { roomId });
  const next = take(added, 1);
  const beats = ada.follow(RoomEventsDocument, { roomId });
  await take(beats, 4); // so long it is quiet

  await say(ada, roomId, 'At last');

  expect((await next)[0]?.messageAdded.message.text).toBe('At last');
  await Promise.all([added.return?.(), beats.return?.()]);
});
