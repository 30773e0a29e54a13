import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  HistoryDocument,
  MessageAddedDocument,
  RoomBySlugDocument,
  SendMessageDocument,
} from '../generated/graphql.ts';
import { Person, take } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

test('Ada says hello in #general and Grace, who follows it, hears her', async () => {
  const ada = await Person.signIn(server.url, 'Ada');
  const grace = await Person.signIn(server.url, 'Grace');
  const { roomBySlug: general } = await ada.ask(RoomBySlugDocument, { slug: 'general' });
  const roomId = general!.id;

  const heard = grace.follow(MessageAddedDocument, { roomId });
  const first = take(heard, 2);
  await server.untilFollowed(roomId);
  const { sendMessage } = await ada.ask(SendMessageDocument, { input: { roomId, text: '  Hello, world 👋🏽\n ' } });

  expect(sendMessage).toMatchObject({ isReplay: false, userErrors: [], message: { text: 'Hello, world 👋🏽' } });
  expect((await first).map(({ messageAdded }) => messageAdded.message.text)).toEqual([
    'Welcome to General, Ada!',
    'Hello, world 👋🏽',
  ]);
  const history = await grace.ask(HistoryDocument, { roomId, last: 1 });
  expect(history.room?.messages.edges[0]?.node.author?.displayName).toBe('Ada');
  await grace.close();
});
