import { afterEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { UpdateRoomDocument } from '../../test/generated/graphql.ts';
import { edit, react, remove } from '../../test/support/messages.ts';
import { TcpProxy } from '../../test/support/proxy.ts';
import { done, roomOf, say, textsIn } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { ParleyOptions } from '../src/api.ts';
import { memoryStorage } from '../src/outbox/memory-storage.ts';
import { chatter, when } from './support/chatter.ts';
import { failingFetch, heldFetch } from './support/held-fetch.ts';
import { type ShownRoom, showInApollo, showInUrql } from './support/shown-rooms.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Options extends Partial<ParleyOptions> {
  readonly stream?: 'roomEvents' | 'messageAdded';
  readonly last?: number;
}

const tooLong = 'x'.repeat(4001);

const shows = (room: ShownRoom, ...texts: (string | null)[]) =>
  until(() => JSON.stringify(room.texts) === JSON.stringify(texts));

describe.each([
  ['Apollo Client', showInApollo],
  ['urql', showInUrql],
])('the cache of %s', (_name, show) => {
  /** A room as Grace sees it through a proxy. */
  async function shown(earlier: string[], { stream, last, ...options }: Options = {}) {
    const roomId = await roomOf(ada, grace);
    for (const text of earlier) await say(ada, roomId, text);
    const proxy = await TcpProxy.to(Number(new URL(server.url).port));
    const { parley } = chatter(grace.at(`http://127.0.0.1:${proxy.port}/graphql`), options);
    const room = show(parley, roomId, stream, last);
    ends.push(
      () => proxy.close(),
      () => parley.dispose(),
      () => room.stop(),
    );
    await server.untilFollowed(roomId);
    await shows(room, ...earlier.slice(-(last ?? 50)));
    return { room, roomId, proxy, parley };
  }

  test('shows what others write, change and delete, by the subscription alone', async () => {
    const { room, roomId } = await shown(['one']);

    const two = await say(ada, roomId, 'two');
    await shows(room, 'one', 'two');
    done(await edit(ada, two.id, 'too'));
    await shows(room, 'one', 'too');
    done(await react(ada, two.id, '🍕'));
    await until(() => room.lists.at(-1)?.[1]?.reactionGroups.length === 1);
    done(await remove(ada, two.id));
    await shows(room, 'one', null);
  });

  test('shows an own message at once, with its final id, and those of others before its answer', async () => {
    const { room, roomId, proxy, parley } = await shown(['one']);

    proxy.loseReplyTo('mine');
    const sending = room.send('mine');
    await shows(room, 'one', 'mine');
    const pending = room.lists.at(-1)!.at(-1)!;
    await say(ada, roomId, 'two');
    const { data } = await sending;
    await until(() => room.texts.length === 3);

    expect(data).toMatchObject({ sendMessage: { message: { id: pending.id }, userErrors: [] } });
    expect(parley.outbox.get()).toEqual([]);
    await shows(room, ...(await textsIn(roomId, ada)).slice(-3));
    expect(new Set(room.lists.at(-1)!.map(({ id }) => id)).size).toBe(3);
  });

  test('shows what others write while an own message waits', async () => {
    const { room, roomId, proxy } = await shown(['one']);
    done(await slowDown(roomId));
    await room.send('first');
    void room.send('waits');
    await shows(room, 'one', 'first', 'waits');

    await say(ada, roomId, 'two');
    await say(ada, roomId, 'three');

    await shows(room, 'one', 'first', 'two', 'three', 'waits');
    proxy.cut();
    await say(ada, roomId, 'four');
    await shows(room, 'one', 'first', 'two', 'three', 'four', 'waits');
  });

  test('shows the author of a message that waits', async () => {
    const { room, roomId, proxy } = await shown(['one']);
    done(await slowDown(roomId));
    await room.send('first');
    void room.send('waits');
    await until(() => room.lists.at(-1)?.[2]?.author?.displayName === 'Grace');

    expect(room.texts).toEqual(['one', 'first', 'waits']);
    proxy.cut();
  });

  test('keeps a refused message until it is discarded', async () => {
    const { room, parley } = await shown(['one']);

    const { data } = await room.send(tooLong);
    const [failed] = parley.outbox.get();

    expect(data).toMatchObject({ sendMessage: { message: null, userErrors: [{ message: expect.any(String) }] } });
    expect(failed?.state.get()).toMatchObject({ status: 'failed', why: { code: 'INVALID_INPUT' } });
    expect(room.lists.at(-1)!.at(-1)!.id).toBe(failed?.id);
    failed?.discard();
    await shows(room, 'one');
  });

  test('takes any clientMessageId, and shows its message once', async () => {
    const { room, roomId } = await shown(['one']);

    await Promise.all([room.send('two', { clientMessageId: 'mine' }), room.send('three')]);

    await shows(room, 'one', 'two', 'three');
    expect((await textsIn(roomId, ada)).slice(-3)).toEqual(['one', 'two', 'three']);
  });

  test('shows and sends what an earlier run of the app has left', async () => {
    const storage = memoryStorage();
    const { roomId, parley, room, proxy } = await shown([], { storage });
    proxy.swallow();
    void room.send('left').catch(() => {});
    await until(async () => (await storage.load(`${parley.url} ${grace.id}`)).length > 0);
    parley.dispose();
    proxy.heal();

    const next = chatter(grace.at(parley.url), { storage });
    const later = show(next.parley, roomId);
    ends.push(() => next.parley.dispose());

    await shows(later, 'left');
    await when(next.parley.outbox, (waiting) => waiting.length === 0);
    expect((await textsIn(roomId, ada)).at(-1)).toBe('left');
    expect(later.lists.at(-1)).toHaveLength(1);
  });

  test('shows what an earlier run could not send, in a room that is opened later', async () => {
    const storage = memoryStorage();
    const { roomId, parley, room } = await shown(['one'], { storage });
    await room.send(tooLong);
    parley.dispose();

    const next = chatter(grace.at(parley.url), { storage });
    ends.push(() => next.parley.dispose());
    next.parley.connect();
    await when(next.parley.outbox, (waiting) => waiting.length === 1); // before the cache knows the room
    const later = show(next.parley, roomId);
    ends.push(() => later.stop());

    await shows(later, 'one', tooLong);
  });

  test('keeps what an event has changed when an older answer arrives', async () => {
    const held = heldFetch();
    const { room, roomId } = await shown(['one'], { fetch: held.fetch });
    const two = await say(ada, roomId, 'two');
    await shows(room, 'one', 'two');

    held.hold();
    const refetched = room.refetch();
    await held.answered();
    done(await edit(ada, two.id, 'newer'));
    await until(() => room.cachedText(two.id) === 'newer');
    held.release();
    await refetched;
    await say(ada, roomId, 'three');

    await shows(room, 'one', 'newer', 'three');
    const texts = room.lists.map((list) => list[1]?.text);
    expect(texts.slice(texts.indexOf('newer'))).not.toContain('two');
  });

  test('adds older pages, until the list begins with the first message', async () => {
    const { room, roomId } = await shown(['1', '2', '3', '4', '5', '6'], { last: 2 });
    await say(ada, roomId, '7');
    await shows(room, '5', '6', '7');

    await room.loadOlder(2);

    await shows(room, '3', '4', '5', '6', '7');
  });

  test.each([
    ['roomEvents', 0],
    ['messageAdded', 0],
    ['roomEvents', 2],
  ] as const)(
    'fetches a room anew if the server cannot replay what %s missed, and goes on from there (after %s failures)',
    async (stream, failures) => {
      const pages = failingFetch('messages(last');
      const { room, roomId, proxy } = await shown(['one'], { stream, fetch: pages.fetch });
      pages.fail(failures);
      const { prisma } = server.app.services;

      proxy.swallow();
      await say(ada, roomId, 'missed');
      const epoch = crypto.randomUUID();
      await prisma.roomHead.update({ where: { roomId: innerId('Room', roomId) }, data: { epoch } });
      proxy.heal();
      proxy.cut();
      await shows(room, 'one', 'missed');
      await server.untilFollowed(roomId);
      await say(ada, roomId, 'later');

      await shows(room, 'one', 'missed', 'later');
    },
  );
});

async function slowDown(roomId: string) {
  return (await ada.ask(UpdateRoomDocument, { input: { roomId, slowModeSeconds: 3600 } })).updateRoom;
}
