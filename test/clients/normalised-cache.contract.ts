import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RoomStateQuery } from '../generated/graphql.ts';
import { edit, react, remove } from '../support/messages.ts';
import type { Person } from '../support/person.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** A page of history as a client's cache shows it: its texts, each with the emojis below it. */
export type Shown = string[];

interface CachedChat {
  /** Fetches the newest messages of a room once, and shows them after each change of the cache. */
  watch(roomId: string): AsyncGenerator<Shown>;
  /** Subscribes to the room's events, which change the cache alone. Returns a function that ends the subscription. */
  follow(roomId: string): () => void;
  close(): void;
}

/** Tests what a client with a normalised cache shows of a followed room without fetching it again. */
export function normalisedCacheContract(connect: (url: string, token: string) => CachedChat): void {
  let server: TestServer;
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    server = await startServer();
    ({ ada, grace } = await server.people('Ada', 'Grace'));
  });
  afterAll(() => server.close());

  test('keeps the messages that it shows up to date by the subscription alone', async () => {
    const roomId = await makeGroup(ada, 'Workshop', [grace]);
    const [lunch, secret] = [await say(ada, roomId, 'Lunch?'), await say(ada, roomId, 'Secret')];
    const chat = connect(server.url, grace.token);
    const shown = chat.watch(roomId);
    expect((await shown.next()).value).toEqual(['Lunch?', 'Secret']);
    const stop = chat.follow(roomId);
    await server.untilFollowed(roomId);

    done(await react(ada, lunch.id, '🍕'));
    expect((await shown.next()).value).toEqual(['Lunch? 🍕', 'Secret']);
    done(await edit(ada, lunch.id, 'Dinner?'));
    expect((await shown.next()).value).toEqual(['Dinner? 🍕', 'Secret']);
    done(await remove(ada, secret.id));
    expect((await shown.next()).value).toEqual(['Dinner? 🍕', '(deleted)']);

    await shown.return(undefined);
    stop();
    chat.close();
  });
}

/** What users wrote, as a user would see it. */
export function shownAs({ room }: RoomStateQuery): Shown {
  return room!.messages.nodes
    .filter(({ kind }) => kind === 'USER')
    .map(({ text, reactionGroups }) => [text ?? '(deleted)', ...reactionGroups.map(({ emoji }) => emoji)].join(' '));
}
