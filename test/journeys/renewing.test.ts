import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  RenewConnectionDocument,
  RenewSessionDocument,
  RevokeSessionDocument,
  RoomEventsDocument,
  ViewerDocument,
  ViewerEventsDocument,
  type ViewerEventsSubscription,
} from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { hostToken } from '../support/host-token.ts';
import { post } from '../support/http.ts';
import { lockTable } from '../support/locked-table.ts';
import { ask, type Person, take } from '../support/person.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { type Frame, RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';
import { anotherDevice, inSeconds, withTokenUntil } from '../support/tokens.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

const renewals =
  'mutation ($token: String!) { renewConnection(input: { token: $token }) { expiresAt userErrors { code } } }';
const renewSession = 'mutation { renewSession { accessToken userErrors { code message } } }';
const session = '{ viewer { session { id deviceId } } }';

/** Gives the WebSocket of a person another token. */
async function renew(person: Person, token: string) {
  const [data] = await take(person.follow(RenewConnectionDocument, { token }), 1);
  return data!.renewConnection;
}

/** Follows the events of a viewer; returns the ends that the server announces, as they arrive. */
function announcedEnds(person: Person): string[] {
  const ends: string[] = [];
  const collect = async () => {
    for await (const { data } of person.follow(ViewerEventsDocument, {})) {
      const { viewerEvents: event } = data as ViewerEventsSubscription;
      if (event.__typename === 'SessionExpiring') ends.push(event.expiresAt);
    }
  };
  collect().catch(() => {}); // the connection closes
  return ends;
}

const isOver = (time: Date) => () => Date.now() > time.getTime() + 300; // longer than the server needs to notice

describe('a token', () => {
  test('is renewed for as long as it was good, and stays good itself', async () => {
    const { hedy } = await server.people('Hedy');
    const short = withTokenUntil(server, hedy, inSeconds(3600));
    const { exp, iat } = claimsOf(short.token);

    const renewed = done((await short.ask(RenewSessionDocument)).renewSession);

    const claims = claimsOf(renewed.accessToken!);
    expect(claims).toMatchObject({ sid: claimsOf(hedy.token).sid, exp: claims.iat + exp - iat });
    expect(renewed).toMatchObject({ session: { id: hedy.sessionId, isCurrent: true }, user: { id: hedy.id } });
    expect((await short.ask(ViewerDocument)).viewer).not.toBeNull();
    expect((await hedy.withToken(renewed.accessToken!).ask(ViewerDocument)).viewer?.user.id).toBe(hedy.id);
  });

  test('that is renewed moves the end of its session, and never towards the present', async () => {
    const { radia } = await server.people('Radia');
    const device = await anotherDevice(server, radia, inSeconds(60));
    const short = withTokenUntil(server, device, inSeconds(10));

    const first = done((await device.ask(RenewSessionDocument)).renewSession);
    const second = done((await short.ask(RenewSessionDocument)).renewSession);

    expect(Date.parse(first.session!.expiresAt!)).toBeGreaterThanOrEqual(inSeconds(59).getTime());
    expect(second.session!.expiresAt).toBe(first.session!.expiresAt);
  });

  test('of a revoked session is not renewed', async () => {
    const { eve } = await server.people('Eve');
    await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });

    expect(await eve.tryAsk(RenewSessionDocument)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  function claimsOf(token: string): { sid: string; exp: number; iat: number } {
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
  }
});

describe('a connection', () => {
  test('that is renewed five times misses nothing and gets nothing twice', async () => {
    const roomId = await makeGroup(ada, 'Long talk', [grace]);
    const ends = [0, 1, 2, 3, 4, 5].map((index) => inSeconds(5 + index));
    const tokens = ends.map((end) => withTokenUntil(server, grace, end));
    const reader = tokens[0]!;
    const follower = await Follower.of(reader, roomId);
    const talk = talking(roomId);

    for (const [index, { token }] of tokens.entries()) {
      if (index === 0) continue;
      expect(await renew(reader, token)).toEqual({ expiresAt: ends[index]!.toISOString(), userErrors: [] });
      if (index > 2) await until(isOver(ends[index - 3]!));
    }
    await until(isOver(ends[4]!));
    const said = await talk.end();
    await follower.untilHeard(said.at(-1)!);

    expect(follower.texts).toEqual(said);
    follower.expectNothingMissed();
    await reader.close();
  });

  test('that is not renewed ends its subscriptions, and closes with 4403', async () => {
    const roomId = await makeGroup(ada, 'Short talk', [grace]);
    const { token } = withTokenUntil(server, grace, inSeconds(3));
    const socket = await RawSocket.ready(server.url, token);
    const events = `subscription { roomEvents(roomId: "${roomId}") { status } }`;
    socket.send({ id: 'room', type: 'subscribe', payload: { query: events } });
    socket.send({
      id: 'viewer',
      type: 'subscribe',
      payload: { query: 'subscription { viewerEvents { __typename } }' },
    });
    const first = [await socket.next(), await socket.next()]; // what is said now causes no notifications
    const talk = talking(roomId);

    const frames = [...first, ...(await untilClosed(socket))];
    await talk.end();

    expect(frames.at(-1)).toEqual({ closed: 4403, reason: 'Session ended' });
    expect(of(frames, 'room').slice(-2)).toMatchObject([
      { payload: { data: { roomEvents: { status: 'ENDED' } } } },
      { type: 'complete' },
    ]);
    // What is unread may change after two seconds, before the end or not.
    const counts = (frame: object) => JSON.stringify(frame).includes('ViewerReadStateChanged');
    expect(of(frames, 'viewer').filter((frame) => !counts(frame))).toMatchObject([
      { payload: { data: { viewerEvents: { __typename: 'ViewerSnapshot' } } } },
      { payload: { data: { viewerEvents: { __typename: 'SessionExpiring' } } } },
      { type: 'complete' },
    ]);
  });

  test('whose session ends does not answer an operation that waits for its turn', async () => {
    const { edith } = await server.people('Edith');
    const roomId = await makeGroup(edith, 'Short wait');
    const socket = await RawSocket.ready(server.url, edith.token);
    const page = `messages(last: 100) { nodes { id text author { id } } }`;
    const pages = Array.from({ length: 20 }, (_, index) => `p${index}: room(id: "${roomId}") { ${page} }`);
    const messages = await lockTable(server, 'Message');
    socket.send({ id: 'large', type: 'subscribe', payload: { query: `{ ${pages.join(' ')} }` } });
    await messages.untilWaitedFor();
    const events = `subscription { roomEvents(roomId: "${roomId}") { status } }`;
    socket.send({ id: 'waits', type: 'subscribe', payload: { query: events } });

    await edith.ask(RevokeSessionDocument, { input: { sessionId: edith.sessionId } });

    const frames = await untilClosed(socket);
    await messages.release();
    expect(frames.at(-1)).toEqual({ closed: 4403, reason: 'Session ended' });
    expect(of(frames, 'waits')).toEqual([]); // an error would end it, also on the client's next connection
  });

  test('with a newer token outlasts one with an older token of the same session', async () => {
    const [short, long] = [3, 60].map((seconds) => withTokenUntil(server, grace, inSeconds(seconds)));
    const ending = await RawSocket.ready(server.url, short!.token);
    const lasting = await RawSocket.ready(server.url, long!.token);

    expect(await ending.next()).toEqual({ closed: 4403, reason: 'Session ended' });

    const later = await RawSocket.ready(server.url, long!.token);
    for (const socket of [lasting, later]) {
      expect(await socket.ask(session)).toMatchObject({
        payload: { data: { viewer: { session: { id: grace.sessionId } } } },
      });
      socket.close();
    }
  });

  test('follows the session of its new token', async () => {
    const { mary } = await server.people('Mary');
    const phone = await anotherDevice(server, mary, inSeconds(60));
    const socket = await RawSocket.open(server.url, { token: mary.token, deviceId: 'first' });
    await socket.next();

    await socket.ask(renewals, { token: phone.token });
    await untilComplete(socket);
    await mary.ask(RevokeSessionDocument, { input: { sessionId: mary.sessionId } });

    expect(await socket.ask(session, {}, '2')).toMatchObject({
      payload: { data: { viewer: { session: { id: phone.sessionId, deviceId: 'another' } } } },
    });
    await untilComplete(socket);
    await phone.ask(RevokeSessionDocument, { input: { sessionId: phone.sessionId } });
    expect(await socket.next()).toEqual({ closed: 4403, reason: 'Session ended' });
  });

  test.each([
    ['another user', async () => grace.token, 'FORBIDDEN'],
    ['nobody', async () => 'noise', 'INVALID_INPUT'],
    ['two words', async () => `Bearer ${ada.token}`, 'INVALID_INPUT'],
    ['the past', async () => withTokenUntil(server, ada, inSeconds(-1)).token, 'INVALID_INPUT'],
    ['a revoked session', () => revokedToken(), 'INVALID_INPUT'],
  ])('keeps its token if the new one is of %s', async (_whose, tokenOf, code) => {
    const socket = await RawSocket.ready(server.url, ada.token);

    const answer = await socket.ask(renewals, { token: await tokenOf() });
    await untilComplete(socket);

    const userErrors = [{ code }];
    expect(answer).toMatchObject({ payload: { data: { renewConnection: { expiresAt: null, userErrors } } } });
    expect(await socket.ask(session, {}, '2')).toMatchObject({
      payload: { data: { viewer: { session: { id: ada.sessionId } } } },
    });
    socket.close();
  });

  async function revokedToken(): Promise<string> {
    const device = await anotherDevice(server, ada, inSeconds(60));
    await ada.ask(RevokeSessionDocument, { input: { sessionId: device.sessionId } });
    return device.token;
  }

  test('is renewed by its own operations alone: not over HTTP, and not by one with its own token', async () => {
    const refused = { data: { renewConnection: { userErrors: [{ code: 'FORBIDDEN' }] } } };
    const variables = { token: ada.token };
    const socket = await RawSocket.ready(server.url, ada.token);

    const payload = { query: renewals, variables, extensions: { headers: { Authorization: `Bearer ${grace.token}` } } };
    socket.send({ id: '1', type: 'subscribe', payload });

    expect(await ada.tryAsk(RenewConnectionDocument, variables)).toMatchObject(refused);
    expect(await socket.next()).toMatchObject({ payload: refused });
    socket.close();
  });

  test('without a token gets none', async () => {
    const socket = await RawSocket.ready(server.url);

    const answer = await socket.ask(renewals, { token: ada.token });

    expect(answer).toMatchObject({ payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    socket.close();
  });
});

describe('a token of the host application', () => {
  test('is renewed there, and not here', async () => {
    const { body } = await post(server.url, { query: renewSession }, { authorization: `Bearer ${await hostToken()}` });

    const userErrors = [{ code: 'FORBIDDEN', message: expect.stringContaining('provider') }];
    expect(body).toMatchObject({ data: { renewSession: { accessToken: null, userErrors } } });
  });

  test('takes the place of an earlier one of the same device, on a connection too', async () => {
    const [end, later] = [inSeconds(3), inSeconds(60)];
    const [first, second] = await Promise.all(
      [end, later].map((time) => hostToken({ sub: 'joan', exp: +time / 1000 })),
    );
    const socket = await RawSocket.open(server.url, { token: first, deviceId: 'phone' });
    await socket.next();
    const before = await socket.ask(session, {}, 'before');
    await untilComplete(socket);

    const renewed = await socket.ask(renewals, { token: second }, 'renewal');
    await untilComplete(socket);
    await until(isOver(end));

    const expiresAt = later.toISOString();
    expect(renewed).toMatchObject({ payload: { data: { renewConnection: { expiresAt, userErrors: [] } } } });
    expect(await socket.ask(session, {}, 'before')).toEqual(before);
    socket.close();
  });
});

describe('renewing', () => {
  test('twice at once leaves the token that was sent last', async () => {
    const ends = [20, 12, 8].map(inSeconds);
    const [first, ...others] = ends.map((end) => withTokenUntil(server, grace, end));
    const announced = announcedEnds(first!);
    await until(() => announced.length === 1);

    const answers = await Promise.all(others.map(({ token }) => renew(first!, token)));
    await until(() => announced.length === 2);

    expect(answers).toMatchObject(ends.slice(1).map((end) => ({ expiresAt: end.toISOString(), userErrors: [] })));
    expect(announced).toEqual([ends[0]!.toISOString(), ends[2]!.toISOString()]);
    await first!.close();
  });

  test('keeps subscriptions that start at the same moment', async () => {
    const roomId = await makeGroup(ada, 'Latecomers', [grace]);
    const end = inSeconds(3);
    const socket = await RawSocket.ready(server.url, withTokenUntil(server, grace, end).token);
    const renewal = { query: renewals, variables: { token: grace.token } };

    socket.follow(roomId, 'before');
    socket.send({ id: 'renewal', type: 'subscribe', payload: renewal });
    socket.follow(roomId, 'after');
    await until(isOver(end));
    await say(ada, roomId, 'Welcome');

    const frames = [await socket.next(), await socket.next(), await socket.next(), await socket.next()];
    expect(of(frames, 'renewal').at(-1)).toEqual({ id: 'renewal', type: 'complete' });
    expect([...of(frames, 'before'), ...of(frames, 'after')]).toMatchObject([{ type: 'next' }, { type: 'next' }]);
    socket.close();
  });

  test('a connection that closes harms nothing', async () => {
    const { katherine } = await server.people('Katherine');
    const { ends } = server.app.services.sessions;
    await until(() => ends.size === 0);
    const sockets = await Promise.all([1, 2, 3, 4].map(() => RawSocket.ready(server.url, katherine.token)));
    expect(ends.size).toBe(1);

    for (const socket of sockets) {
      socket.send({ id: '1', type: 'subscribe', payload: { query: renewals, variables: { token: katherine.token } } });
      socket.close();
    }
    await until(() => ends.size === 0);

    expect(server.logged).toEqual([]);
  });

  test('while the new session is revoked ends the connection', async () => {
    const { hopper } = await server.people('Hopper');
    const device = await anotherDevice(server, hopper, inSeconds(60));
    const socket = await RawSocket.ready(server.url, hopper.token);

    socket.send({ id: '1', type: 'subscribe', payload: { query: renewals, variables: { token: device.token } } });
    await hopper.ask(RevokeSessionDocument, { input: { sessionId: device.sessionId } });
    const [answer] = await untilComplete(socket, '1');
    const isRenewed = JSON.stringify(answer).includes('"userErrors":[]');
    if (!isRenewed) await hopper.ask(RevokeSessionDocument, { input: { sessionId: hopper.sessionId } });

    expect((await untilClosed(socket)).at(-1)).toEqual({ closed: 4403, reason: 'Session ended' });
  });

  test('a connection after its end is too late', async () => {
    const { token } = withTokenUntil(server, grace, inSeconds(3));
    const socket = await RawSocket.ready(server.url, token);

    expect(await socket.next()).toMatchObject({ closed: 4403 });
    expect(await ask(server.url, RenewSessionDocument, {}, token)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

test('a stream of Server-Sent Events ends with its token', async () => {
  const roomId = await makeGroup(ada, 'Streams', [grace]);
  const reader = withTokenUntil(server, grace, inSeconds(3));
  const room = listen(reader, RoomEventsDocument, { roomId });
  const viewer = listen(reader, ViewerEventsDocument, {});

  const [frames, events] = await Promise.all([allOf(room), allOf(viewer)]);

  expect(frames.at(-1)?.data?.roomEvents.status).toBe('ENDED');
  expect(events.map(({ data }) => data?.viewerEvents.__typename)).toEqual(['ViewerSnapshot', 'SessionExpiring']);
});

async function allOf<Result>(results: AsyncIterator<Result>): Promise<Result[]> {
  const all: Result[] = [];
  for (let next = await results.next(); !next.done; next = await results.next()) all.push(next.value);
  return all;
}

/** Lets Ada talk in a room; `end` returns the texts that she sent. */
function talking(roomId: string) {
  const said: string[] = [];
  let isOver = false;
  const talk = (async () => {
    while (!isOver) {
      said.push((await say(ada, roomId, `Word ${said.length}`)).text!);
      await pause(10);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await talk;
      return said;
    },
  };
}

/** Returns the frames of a socket until it is closed. */
async function untilClosed(socket: RawSocket): Promise<Frame[]> {
  const frames: Frame[] = [];
  do frames.push(await socket.next());
  while (!('closed' in frames.at(-1)!));
  return frames;
}

/** Returns the frames of a socket until an operation is complete. */
async function untilComplete(socket: RawSocket, id?: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (;;) {
    const frame = await socket.next();
    if ('closed' in frame) throw new Error(`The socket was closed with ${frame.closed}`);
    if (frame.type === 'complete' && (id === undefined || frame.id === id)) return frames;
    frames.push(frame);
  }
}

const of = (frames: Frame[], operationId: string) =>
  frames.filter((frame) => 'id' in frame && frame.id === operationId);
