import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId, newId } from '../../src/base/ids.ts';
import { unreadFrom } from '../../src/reading/unread.ts';
import type { Query } from '../../src/storage/pool.ts';
import { people } from '../support/person.ts';
import { queryAnswering } from '../support/query.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { servicesWithoutDatabase } from '../support/services.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test('simultaneous requests for unread counts share a statement, and each user gets an own answer', async () => {
  const { ada, grace, hedy } = await people(server.url, 'Ada', 'Grace', 'Hedy');
  for (const members of [[grace, hedy], [grace]]) {
    const room = await makeGroup(ada, 'Readers', members);
    for (const text of ['one', 'two']) await say(ada, room, text);
  }
  const userIds = [ada, grace, hedy].map(({ id }) => innerId('User', id));
  server.statements.length = 0;

  const answers = await Promise.all([...userIds, newId()].map(server.app.services.reading.unreadOf));

  expect(answers.map(({ rooms, messages }) => [rooms.value, messages.value])).toEqual([
    [0, 0],
    [2, 4],
    [1, 2],
    [0, 0],
  ]);
  expect(server.statements.filter((sql) => sql.includes('want.id'))).toHaveLength(1);
});

test('simultaneous requests of one user are counted once', async () => {
  const counted: unknown[] = [];
  const unreadOf = unreadFrom(
    queryAnswering(([userIds]) => {
      counted.push(userIds);
      return [{ number: '1', rooms: 2, messages: 3 }];
    }),
  );

  const answers = await Promise.all(Array.from({ length: 30 }, () => unreadOf('ada')));

  expect(counted).toEqual([['ada']]);
  expect(new Set(answers.map(({ messages }) => messages.value))).toEqual(new Set([3]));
});

test('what takes time for each room of a user leaves connections to the reads that each request needs', async () => {
  const names: string[] = [];
  const queryLists: Query = async (name) => {
    names.push(name);
    return [];
  };
  const { services, close } = await servicesWithoutDatabase({ queryLists });

  await services.reading.unreadOf('ada');
  const { stream } = services.notifications.streams.hold('ada');
  await stream.follow({ next: () => {}, onLost: () => {} }).snapshot.catch(() => {});
  await close();

  expect(names).toEqual(['unread', 'notified rooms', 'pending']);
});
