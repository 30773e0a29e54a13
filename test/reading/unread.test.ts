import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId, newId } from '../../src/base/ids.ts';
import { people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

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
