import { afterEach, expect, test } from '@jest/globals';
import { SetMemberRoleDocument } from '../../test/generated/graphql.ts';
import { edit, react, remove, unreact } from '../../test/support/messages.ts';
import type { Person } from '../../test/support/person.ts';
import { TcpProxy } from '../../test/support/proxy.ts';
import { join, leave, makeChannel, roomOf, say, textsIn } from '../../test/support/rooms.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { MessageItem, Parley, Room } from '../src/api.ts';
import { messageId, newClientMessageId } from '../src/base/ids.ts';
import { RoomSnapshotDocument } from '../src/documents.ts';
import { chatter, live, texts, when } from './support/chatter.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const open: Parley[] = [];

function clientOf(person: Person, options = {}) {
  const made = chatter(person, options);
  open.push(made.parley);
  return made;
}

/** A room with earlier messages, followed by Ada's client. */
async function followed(...earlier: string[]) {
  const roomId = await roomOf(ada, grace);
  for (const text of earlier) await say(grace, roomId, text);
  const { parley, faults } = clientOf(ada);
  const room = parley.room(roomId);
  room.hold();
  await live(room);
  return { parley, faults, room, roomId };
}

const shows = (room: Room, isWanted: (items: readonly MessageItem[]) => boolean) =>
  when(room.messages, ({ items }) => isWanted(items));

afterEach(() => {
  for (const parley of open.splice(0)) parley.dispose();
});

test('a room shows earlier messages and what others write', async () => {
  const { room, roomId, faults } = await followed('one', 'two');

  await say(grace, roomId, 'three');
  await shows(room, (items) => items.at(-1)?.text === 'three');

  expect(texts(room).slice(-3)).toEqual(['one', 'two', 'three']);
  expect(room.messages.get()).toMatchObject({ hasOlder: false, hasNewer: false, isLoading: false });
  expect(faults).toEqual([]);
});

test('a message is shown at once, and keeps its id and place when it is stored', async () => {
  const { room, roomId } = await followed('one');

  const sent = room.send('two');
  const pending = room.messages.get().items.at(-1)!;
  const stored = await sent.done;

  expect(pending).toMatchObject({ text: 'two', id: sent.id, author: { id: ada.id } });
  expect(pending.sending?.status).toBe('queued');
  expect(room.messages.get().items.at(-1)).toMatchObject({ id: stored.id, text: 'two', sequence: stored.sequence });
  expect(room.messages.get().items.at(-1)?.sending).toBeUndefined();
  expect(await textsIn(roomId, ada)).toEqual(texts(room));
});

test('a reply on its way shows what it replies to, as it is', async () => {
  const { room, roomId } = await followed();
  const { id } = await say(grace, roomId, 'one');
  await shows(room, (items) => items.at(-1)?.id === id);

  const { done } = room.send('two', { replyTo: id });
  const { replyTo, sending } = room.messages.get().items.at(-1)!;
  await done;

  expect(sending?.status).toBe('queued');
  expect(replyTo).toMatchObject({ text: 'one', author: { id: grace.id } });
  expect(replyTo).toMatchObject(room.messages.get().items.at(-1)!.replyTo!);
});

test('edits, deletions and reactions change one item and leave the others as they are', async () => {
  const { room, roomId } = await followed('one');
  const two = await say(grace, roomId, 'two');
  const [first] = (await shows(room, (items) => items.at(-1)?.text === 'two')).items.slice(-2);

  await edit(grace, two.id, 'too');
  await shows(room, (items) => items.at(-1)?.text === 'too');
  await room.react(two.id, '👍').done;
  await shows(room, (items) => items.at(-1)?.reactionGroups[0]?.viewerHasReacted === true);
  await react(grace, two.id, '👍');
  await shows(room, (items) => items.at(-1)?.reactionGroups[0]?.count === 2);
  expect(room.messages.get().items.at(-1)?.reactionGroups).toEqual([{ emoji: '👍', count: 2, viewerHasReacted: true }]);
  await remove(grace, two.id);
  await shows(room, (items) => items.at(-1)?.deletedAt !== null);

  expect(room.messages.get().items.at(-2)).toBe(first);
});

test('edits, reactions and deletions of the viewer are shown at once, and counted once', async () => {
  const { room } = await followed();
  const { id } = await room.send('one').done;
  const shown = () => room.messages.get().items.at(-1)!;
  const groups: string[] = [];
  room.messages.subscribe(() =>
    groups.push(
      shown()
        .reactionGroups.map(({ count }) => count)
        .join(),
    ),
  );

  const changes = [room.edit(id, 'two'), room.react(id, '👍'), room.react(id, '🎉'), room.react(id, '🎉', false)];
  const atOnce = shown();
  await Promise.all(changes.map(({ done }) => done.catch(() => {})));

  expect(atOnce).toMatchObject({ text: 'two', editedAt: expect.any(String) });
  expect(atOnce.reactionGroups).toEqual([{ emoji: '👍', count: 1, viewerHasReacted: true }]);
  expect(shown()).toMatchObject({ text: 'two', reactionGroups: atOnce.reactionGroups });
  expect(groups.join()).not.toContain('2');
  const removal = room.remove(id);
  expect(shown()).toMatchObject({ text: null, deletedAt: expect.any(String), reactionGroups: [] });
  await removal.done;
});

test('what the server refuses is taken back', async () => {
  const { room } = await followed('one');
  const before = room.messages.get().items.at(-1)!;

  const edited = room.edit(before.id, 'not mine');
  expect(room.messages.get().items.at(-1)?.text).toBe('not mine');

  await expect(edited.done).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(room.messages.get().items.at(-1)).toBe(before);
});

test('a reaction of the viewer on another device is shown as their own, and gone when it is removed', async () => {
  const { room, roomId } = await followed();
  const { id } = await say(grace, roomId, 'one');
  const reacted = () => room.messages.get().items.at(-1)?.reactionGroups[0]?.viewerHasReacted;
  await shows(room, (items) => items.at(-1)?.id === id);

  await react(ada, id, '👍');
  await react(grace, id, '👍');
  await shows(room, () => reacted() === true);
  await unreact(ada, id, '👍');

  await shows(room, () => reacted() === false);
});

test('what the viewer may do follows their role', async () => {
  const roomId = await roomOf(grace, ada);
  const room = clientOf(ada).parley.room(roomId);
  room.hold();
  await live(room);

  await grace.ask(SetMemberRoleDocument, { input: { roomId, userId: ada.id, role: 'MODERATOR' } });

  await when(room.state, (state) => state.status === 'live' && state.fields.viewerPermissions.includes('MUTE'));
});

test('older pages, a jump and the way back to the newest message', async () => {
  const { room, roomId } = await followed();
  for (let n = 1; n <= 60; n++) await say(grace, roomId, `n${n}`);
  await shows(room, (items) => items.at(-1)?.text === 'n60');

  await room.jumpTo(20);
  expect(room.messages.get()).toMatchObject({ hasOlder: false, hasNewer: true });
  await room.loadNewer(10);
  expect(room.messages.get().items.at(-1)?.sequence).toBe(55);
  await room.toNewest();
  await room.loadOlder(5);

  expect(room.messages.get()).toMatchObject({ hasOlder: true, hasNewer: false });
  const sequences = room.messages.get().items.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  expect(sequences).toHaveLength(55);
});

test('a room ends with its reason when the viewer loses access, and unsent messages fail', async () => {
  const roomId = await roomOf(grace, ada);
  const room = clientOf(ada).parley.room(roomId);
  room.hold();
  await live(room);

  await leave(ada, roomId);
  const state = await when(room.state, ({ status }) => status === 'ended');

  expect(state).toMatchObject({ why: { code: 'FORBIDDEN' } });
  await expect(room.send('late').done).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the typing and the reading of others are seen', async () => {
  const { room, roomId } = await followed('one');
  const other = clientOf(grace).parley.room(roomId);
  other.hold();
  await live(other);

  other.typing();
  const typists = await when(room.typists, (users) => users.length > 0);
  other.markRead();
  await when(room.readers, (readers) => readers.get(grace.id) === other.messages.get().items.at(-1)?.sequence);

  expect(typists.map(({ id }) => id)).toEqual([grace.id]);
});

test('a viewer who joins the room that they look at sees who types there', async () => {
  const roomId = await makeChannel(ada, 'joined while it is shown');
  const room = clientOf(grace).parley.room(roomId);
  room.typists.subscribe(() => {});
  room.hold();
  await live(room);
  const other = clientOf(ada).parley.room(roomId);
  other.hold();
  await live(other);

  await join(grace, roomId);
  await when(room.state, (state) => 'fields' in state && state.fields?.viewerMembership?.state === 'JOINED');
  other.typing();

  expect(await when(room.typists, (users) => users.length > 0)).toMatchObject([{ id: ada.id }]);
});

test('through cuts, every message arrives once and in order, and is sent once', async () => {
  const proxy = await TcpProxy.to(Number(new URL(server.url).port));
  const roomId = await roomOf(ada, grace);
  const url = `http://127.0.0.1:${proxy.port}/graphql`;
  const [a, g] = [ada, grace].map((person) => clientOf(person.at(url)));
  const rooms = [a!, g!].map(({ parley }) => parley.room(roomId));
  const releases = rooms.map((room) => room.hold());
  await Promise.all(rooms.map(live));

  const sent: string[] = [];
  for (let round = 0; round < 8; round++) {
    const outgoing = rooms.flatMap((room, who) =>
      [1, 2, 3].map((n) => {
        sent.push(`${who} ${round} ${n}`);
        return room.send(`${who} ${round} ${n}`);
      }),
    );
    if (round % 2 === 0) proxy.cut();
    else proxy.loseReplyTo(`0 ${round} 2`);
    await Promise.all(outgoing.map(({ done }) => done));
  }
  await Promise.all(
    rooms.map((room) => shows(room, (items) => items.filter((m) => m.kind === 'USER').length === sent.length)),
  );
  await proxy.close();

  const stored = await textsIn(roomId, ada);
  for (const room of rooms) expect(texts(room)).toEqual(stored);
  for (const who of ['0', '1'])
    expect(stored.filter((text) => text?.startsWith(who))).toEqual(sent.filter((text) => text.startsWith(who)));
  expect([...a!.faults, ...g!.faults]).toEqual([]);
  for (const release of releases) release();
});

test('a bot goes on where it stopped', async () => {
  const { parley, roomId } = await followed();
  const storage = (await import('../src/outbox/memory-storage.ts')).memoryStorage();
  const heard: (string | null)[] = [];
  const listen = async (until: string) => {
    const bot = clientOf(grace, { storage });
    for await (const event of bot.parley.room(roomId).events({ remember: 'echo' })) {
      if (event.__typename !== 'MessageAddedEvent') continue;
      heard.push(event.message.text);
      if (event.message.text === until) setImmediate(() => bot.parley.dispose());
    }
  };

  const first = listen('b');
  await server.untilFollowed(roomId, 2);
  for (const text of ['a', 'b']) await parley.room(roomId).send(text).done;
  await first;
  for (const text of ['c', 'd']) await parley.room(roomId).send(text).done;
  await listen('d');

  expect(heard).toEqual(['a', 'b', 'c', 'd']);
});

test('a bot answers each command once, also if it has handled one before', async () => {
  const { parley, room, roomId } = await followed();
  const answerAll = async (bot: Parley, last: string) => {
    for await (const event of bot.room(roomId).events({ after: start })) {
      if (event.__typename !== 'MessageAddedEvent' || !event.message.text?.startsWith('!echo ')) continue;
      const echo = event.message.text.slice(6);
      await bot.room(roomId).send(echo, { clientMessageId: `echo ${event.eventNumber}` }).done;
      if (echo === last) return;
    }
  };
  const start = (await parley.request(RoomSnapshotDocument, { id: roomId, last: 1 })).room!.syncCursor;
  const bots = [clientOf(grace).parley, clientOf(grace).parley];

  for (const text of ['!echo a', 'b', '!echo c']) await room.send(text).done;
  for (const bot of bots) await answerAll(bot, 'c');
  await room.send('end').done;
  await shows(room, (items) => items.at(-1)?.text === 'end');

  expect(texts(room).slice(-6)).toEqual(['!echo a', 'b', '!echo c', 'a', 'c', 'end']);
});

test('a message id can be computed from its UUIDv7', async () => {
  const { room } = await followed();
  const clientMessageId = newClientMessageId();
  expect((await room.send('mine', { clientMessageId }).done).id).toBe(messageId(clientMessageId));
});

test('unread counts and notifications follow the viewer', async () => {
  const { parley } = clientOf(ada);
  const roomId = await roomOf(ada, grace);
  const notified: (string | null)[] = [];
  parley.onNotification(({ message }) => notified.push(message.text));
  const countIs = (count: number) => when(parley.unread, ({ rooms }) => (rooms.get(roomId)?.count ?? 0) === count);

  await say(grace, roomId, 'one');
  await countIs(1);
  await say(grace, roomId, 'two');
  await countIs(2);
  parley.room(roomId).markRead(100);
  await countIs(0);

  expect(notified).toContain('two');
});
