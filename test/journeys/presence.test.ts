import { beforeEach, describe, expect, test } from '@jest/globals';
import { innerId, newId } from '../../src/base/ids.ts';
import {
  RoomPresenceDocument,
  SetStatusDocument,
  type SetStatusInput,
  UserPresenceDocument,
} from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import type { Person } from '../support/person.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server } = await withServer();

let ada: Person;
let grace: Person;
beforeEach(async () => {
  ({ ada, grace } = await server.people('Ada', 'Grace'));
});

/** The presence of a user as Grace sees it. */
async function seen({ id }: Person) {
  return (await grace.ask(UserPresenceDocument, { id })).user!.presence;
}

async function statusOf(person: Person) {
  return (await seen(person)).status;
}

/** The presence in the room as a user sees it. */
async function present(room: string, { reader = grace, first = 50 } = {}) {
  const { presence } = (await reader.ask(RoomPresenceDocument, { id: room, first })).room!;
  return { ...presence, present: presence.present.map(({ user }) => user.id) };
}

async function setStatus(person: Person, input: SetStatusInput) {
  return (await person.ask(SetStatusDocument, { input })).setStatus;
}

describe('a user is online', () => {
  test('while any device is connected, but not because of HTTP requests', async () => {
    expect(await statusOf(ada)).toBe('OFFLINE');
    const [phone, laptop] = [
      await RawSocket.ready(server.url, ada.token),
      await RawSocket.ready(server.url, ada.token),
    ];
    expect(await statusOf(ada)).toBe('ONLINE');

    phone.close();
    laptop.close();

    await until(async () => (await statusOf(ada)) === 'OFFLINE');
  });

  test('without a break while a page is loaded again', async () => {
    const page = await RawSocket.ready(server.url, ada.token);
    const changes: string[] = [];
    const unwatch = await server.app.services.presence.store.watch('online', () => changes.push('looked at again'));

    page.close();
    const again = await RawSocket.ready(server.url, ada.token);
    await until(() => server.app.services.presence.tracker.onlineUsers > 0);

    expect(await statusOf(ada)).toBe('ONLINE');
    expect(changes).toEqual([]);
    unwatch();
    again.close();
  });

  test('while a stream of Server-Sent Events is open', async () => {
    const room = await makeGroup(ada, 'Listening');
    const controller = new AbortController();
    const query = `subscription { messageAdded(roomId: "${room}") { eventNumber } }`;
    const response = await fetch(server.url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${ada.token}`,
      },
      body: JSON.stringify({ query }),
      signal: controller.signal,
    });
    expect(response.status).toBe(200);
    await server.untilFollowed(room);
    expect(await statusOf(ada)).toBe('ONLINE');
    expect(await present(room, { reader: ada })).toMatchObject({ present: [ada.id] });

    controller.abort();

    await until(async () => (await statusOf(ada)) === 'OFFLINE');
    expect(await present(room, { reader: ada })).toMatchObject({ present: [] });
  });

  test('while an operation signs in by itself on an anonymous connection, as in GraphiQL', async () => {
    const socket = await RawSocket.ready(server.url);
    const extensions = { headers: { Authorization: `Bearer ${ada.token}` } };
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { user { id } } }', extensions } });
    await socket.next();
    expect(await statusOf(ada)).toBe('ONLINE');

    socket.close();

    await until(async () => (await statusOf(ada)) === 'OFFLINE');
  });
});

describe('a user is in a room', () => {
  test('while any of their devices subscribes to its events', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    const other = await makeGroup(ada, 'Kitchen', [grace]);
    const connected = await RawSocket.ready(server.url, ada.token);
    const [phone, laptop] = [await Follower.of(ada, room), await Follower.of(ada, room)];
    expect(await present(room)).toEqual({ onlineCount: 1, isTruncated: false, present: [ada.id] });
    expect(await present(other)).toEqual({ onlineCount: 0, isTruncated: false, present: [] });

    await phone.hangUp();
    expect((await present(room)).onlineCount).toBe(1);
    await laptop.hangUp();

    await until(async () => (await present(room)).onlineCount === 0);
    expect(await statusOf(ada)).toBe('ONLINE');
    connected.close();
  });

  test('and isTruncated says whether there are more than requested', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    await Follower.of(ada, room);
    await Follower.of(grace, room);

    const both = [ada.id, grace.id];
    expect(await present(room)).toEqual({ onlineCount: 2, isTruncated: false, present: expect.arrayContaining(both) });
    expect(await present(room, { first: 2 })).toMatchObject({ isTruncated: false });
    expect(await present(room, { first: 1 })).toMatchObject({ onlineCount: 2, isTruncated: true });
    expect((await present(room, { first: 0 })).present).toEqual([]);
    const { errors } = await ada.tryAsk(RoomPresenceDocument, { id: room, first: 101 });
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  test('and isTruncated is true if any list beside it is, in any order of the selection', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    await Follower.of(ada, room);
    await Follower.of(grace, room);
    const lists = ['one: present(first: 1) { status }', 'two: present(first: 2) { status }'];
    const isTruncated = async (...selected: string[]) => {
      const { data } = await ada.tryAsk(`{ room(id: "${room}") { presence { ${selected.join(' ')} } } }`);
      return (data as { room: { presence: { isTruncated: boolean } } }).room.presence.isTruncated;
    };

    for (const [some, all] of [lists, [...lists].reverse()]) {
      expect(await isTruncated('isTruncated', some!, all!)).toBe(true);
      expect(await isTruncated(some!, all!, 'isTruncated')).toBe(true);
      expect(await isTruncated(some!, '... on RoomPresence { isTruncated }', all!)).toBe(true);
    }
    expect(await isTruncated('isTruncated', lists[1]!)).toBe(false);
    expect(await isTruncated('isTruncated')).toBe(false);
  });

  test('which shows no users to a user who left it', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    await Follower.of(ada, room);
    expect((await present(room)).onlineCount).toBe(1); // else this proves nothing

    const leaving = `mutation { leaveRoom(input: { roomId: "${room}" }) { membership { room { presence { onlineCount present { status } } } } } }`;
    const { data } = await grace.tryAsk(leaving);

    expect(data).toEqual({ leaveRoom: { membership: { room: { presence: { onlineCount: 0, present: [] } } } } });
  });
});

describe('a status', () => {
  test('is kept over connections, with its text, until it is changed', async () => {
    const first = await RawSocket.ready(server.url, ada.token);
    done(await setStatus(ada, { status: 'DO_NOT_DISTURB', statusText: '  In a meeting ' }));
    expect(await seen(ada)).toMatchObject({ status: 'DO_NOT_DISTURB', statusText: 'In a meeting' });

    first.close();
    await until(async () => (await statusOf(ada)) === 'OFFLINE');
    const second = await RawSocket.ready(server.url, ada.token);
    expect(await seen(ada)).toMatchObject({ status: 'DO_NOT_DISTURB', statusText: 'In a meeting' });

    done(await setStatus(ada, { status: 'IDLE' }));
    expect(await seen(ada)).toMatchObject({ status: 'IDLE', statusText: 'In a meeting' });
    done(await setStatus(ada, { statusText: 'At lunch' }));
    expect(await seen(ada)).toMatchObject({ status: 'IDLE', statusText: 'At lunch' });
    const { presence } = done(await setStatus(ada, { status: 'ONLINE', statusText: null }));
    expect(presence).toMatchObject({ status: 'ONLINE', statusText: null, user: { id: ada.id } });
    second.close();
  });

  test.each([
    ['too long', '😀'.repeat(101), true],
    ['of two lines', 'one\ntwo', true],
    ['as long as may be', '😀'.repeat(100), false],
    ['empty', '', false],
  ])('whose text is %s', async (_what, statusText, isRefused) => {
    const { userErrors } = await setStatus(ada, { status: 'ONLINE', statusText });

    const refusal = { code: 'INVALID_INPUT', path: ['input', 'statusText'] };
    expect(userErrors).toEqual(isRefused ? [expect.objectContaining(refusal)] : []);
  });

  test('is published to the rooms where the user is and to no others', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    await Follower.of(ada, room);
    const { store } = server.app.services.presence;
    const looked: string[] = [];
    const unwatch = await store.watch(innerId('Room', room), () => looked.push('garden'));

    done(await setStatus(grace, { status: 'IDLE' }));
    done(await setStatus(ada, { status: 'IDLE' }));
    await until(() => looked.length > 0);

    expect(looked).toEqual(['garden']);
    unwatch();
  });
});

describe('a user who hides', () => {
  test('is neither listed nor counted, and looks offline', async () => {
    const room = await makeGroup(ada, 'Garden', [grace]);
    await Follower.of(ada, room);
    await Follower.of(grace, room);
    expect((await present(room)).onlineCount).toBe(2); // else this proves nothing

    const { presence } = done(await setStatus(ada, { status: 'OFFLINE' }));

    expect(presence?.status).toBe('OFFLINE');
    expect(await statusOf(ada)).toBe('OFFLINE');
    expect(await present(room)).toEqual({ onlineCount: 1, isTruncated: false, present: [grace.id] });
    done(await setStatus(ada, { status: 'ONLINE' }));
    expect((await present(room)).onlineCount).toBe(2);
  });

  test('is not counted in a crowd either', async () => {
    const room = await makeGroup(ada, 'Stadium', [grace]);
    const { store } = server.app.services.presence;
    for (const userId of [ada, grace].map(({ id }) => innerId('User', id))) {
      store.enter(innerId('Room', room), userId);
    }
    for (let others = 0; others < 600; others += 1) store.enter(innerId('Room', room), newId());
    expect((await present(room)).onlineCount).toBe(602);

    done(await setStatus(ada, { status: 'OFFLINE' }));

    expect(await present(room)).toMatchObject({ onlineCount: 601, isTruncated: true });
  });
});

test('lastActiveAt is the time of the last activity, to a minute', async () => {
  expect((await seen(ada)).lastActiveAt).toBeNull();
  const before = Date.now();

  await say(ada, await makeGroup(ada, 'Diary'), 'Here I am');
  await until(async () => (await seen(ada)).lastActiveAt !== null);

  expect(Date.parse(String((await seen(ada)).lastActiveAt))).toBeGreaterThanOrEqual(before - 1000);
});
