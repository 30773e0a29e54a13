import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import {
  HistoryDocument,
  MessageAddedDocument,
  RoomBySlugDocument,
  SendMessageDocument,
  SignInDocument,
} from '../generated/graphql.ts';
import type { Person } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';
import type { ChatClient, Connect } from './chat-client.ts';

/** What a client must be able to do with nothing but the generated documents. */
export function chattingContract(connect: Connect): void {
  let server: TestServer;
  let grace: Person;
  let opened: ChatClient[] = [];

  beforeAll(async () => {
    server = await startServer();
    grace = await server.signIn('Grace');
  });
  afterEach(async () => {
    for (const client of opened) await client.close();
    opened = [];
  });
  afterAll(() => server.close());

  const open = (token?: string) => {
    const client = connect(server.url, token);
    opened.push(client);
    return client;
  };
  const signIn = async (displayName: string) => {
    const { createGuestSession } = await open().ask(SignInDocument, { input: { displayName } });
    return open(createGuestSession.accessToken!);
  };
  const roomIdOf = async (slug: string) => (await grace.ask(RoomBySlugDocument, { slug })).roomBySlug!.id;

  test('signs in, sends, and receives what it and others send', async () => {
    const roomId = await roomIdOf('general');
    const ada = await signIn('Ada');
    const heard = ada.follow(MessageAddedDocument, { roomId });
    const welcome = heard.next();
    await server.untilFollowed(roomId);

    const { sendMessage } = await ada.ask(SendMessageDocument, { input: { roomId, text: 'Hello 👋🏽' } });
    await grace.ask(SendMessageDocument, { input: { roomId, text: 'Hello, Ada' } });

    expect(sendMessage).toMatchObject({ isReplay: false, userErrors: [], message: { text: 'Hello 👋🏽' } });
    expect((await welcome).value.messageAdded.message.text).toBe('Welcome to General, Ada!');
    expect((await heard.next()).value.messageAdded.message.text).toBe('Hello 👋🏽');
    expect((await heard.next()).value.messageAdded.message.text).toBe('Welcome to General, Grace!');
    expect((await heard.next()).value.messageAdded.message).toMatchObject({
      text: 'Hello, Ada',
      author: { displayName: 'Grace' },
    });
    await heard.return(undefined);
  });

  test('pages back through history to the first message', async () => {
    const roomId = await roomIdOf('travel');
    const texts = ['Welcome to Travel, Grace!', ...Array.from({ length: 7 }, (_, day) => `Day ${day + 1}`)];
    for (const text of texts.slice(1)) await grace.ask(SendMessageDocument, { input: { roomId, text } });
    const ada = await signIn('Ada');

    const pages = await pagesBack(ada, roomId);

    expect(pages.map((page) => page.length)).toEqual([2, 3, 3]);
    expect(pages.flat()).toEqual(texts);
  });

  test('gets the reason if an action is not allowed', async () => {
    const roomId = await roomIdOf('pets');
    const ada = await signIn('Ada');

    const { sendMessage } = await ada.ask(SendMessageDocument, { input: { roomId, text: ' ' } });
    const refusal = open().ask(SendMessageDocument, { input: { roomId, text: 'Who am I?' } });

    await expect(refusal).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    expect(sendMessage.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'text'] }]);
  });
}

/** The texts of a room by pages of three, the oldest page first, read from the newest one. */
async function pagesBack(client: ChatClient, roomId: string, before: string | null = null): Promise<string[][]> {
  const { room } = await client.ask(HistoryDocument, { roomId, last: 3, before });
  const { edges, pageInfo } = room!.messages;
  const texts = edges.map(({ node }) => node.text!);
  return pageInfo.hasPreviousPage ? [...(await pagesBack(client, roomId, pageInfo.startCursor)), texts] : [texts];
}
