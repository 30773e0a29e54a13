import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { JoinRoomDocument } from '../generated/graphql.ts';
import { Person, people } from '../support/person.ts';
import { done, makeRoom } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test('a crowd that joins a live stream at once gets in, all of it, and everybody is counted once', async () => {
  const { ada } = await people(server.url, 'Ada');
  const stream = await makeRoom(ada, { kind: 'STREAM', name: 'Premiere' });
  const crowd = await Promise.all(Array.from({ length: 80 }, (_, index) => Person.signIn(server.url, `Fan ${index}`)));

  const joined = await Promise.all(crowd.map((fan) => fan.ask(JoinRoomDocument, { input: { roomId: stream } })));

  expect(joined.every(({ joinRoom }) => done(joinRoom).membership?.state === 'JOINED')).toBe(true);
  const roomId = innerId('Room', stream);
  const head = await server.app.services.prisma.roomHead.findUniqueOrThrow({ where: { roomId } });
  expect(head).toMatchObject({ memberCount: 81, lastSequence: 81, lastEventNumber: 162 });
}, 60_000);
