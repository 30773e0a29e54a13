import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { RevokeSessionDocument } from '../generated/graphql.ts';
import { post } from '../support/http.ts';
import { otherEnd } from '../support/other-end.ts';
import { frame, RawPeer } from '../support/raw-peer.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

const good = '{ server { version } }';
const subscribe = (id: string, query = good) => ({ id, type: 'subscribe', payload: { query } });
const complete = (id: string) => ({ id, type: 'complete' });
/** The pongs of the WebSocket protocol, without the server's own pings, which arrive at any time. */
const pongs = () => peer.frames.filter(({ opcode }) => opcode === 10);

let peer: RawPeer;
afterEach(async () => {
  peer.tcp.destroy();
  // No message caused a fault of the server, and it still answers.
  expect(server.logged).toEqual([]);
  expect((await post(server.url, { query: good })).body).toMatchObject({ data: { server: {} } });
});

describe('an operation id in use closes the connection if it is', () => {
  test.each([
    ['94 characters', 'x'.repeat(94)],
    ['emojis', '👋'.repeat(40)],
    ['80,000 characters', 'ä'.repeat(40_000)],
    ['__proto__', '__proto__'],
  ])('%s', async (_what, id) => {
    const room = await makeGroup(ada, 'Doubles');
    peer = await RawPeer.open(server.url, { token: ada.token });

    const query = `subscription { messageAdded(roomId: "${room}") { eventNumber } }`;
    peer.sayAll([subscribe(id, query), subscribe(id, query)]);

    const { code, reason } = await peer.closeFrame();
    expect(code).toBe(4409);
    expect(`Subscriber for ${id} already exists`.startsWith(reason)).toBe(true);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    await server.untilDeserted(room);
  });
});

test.each(['next', 'error', 'connection_ack'])('a client that sends `%s` is closed with the reason', async (type) => {
  peer = await RawPeer.open(server.url, {});

  peer.say({ id: '1', type, payload: type === 'error' ? [{ message: 'x' }] : {} });

  expect(await peer.closeFrame()).toEqual({ code: 4400, reason: `A client sends no ${type}` });
});

describe('a message that no real client sends at most closes the connection:', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  test.each<[string, string | Buffer]>([
    ['lists in lists, 60,000 deep', nested(60_000)],
    ['a ping that brings them', `{"type":"ping","payload":{"a":${nested(60_000)}}}`],
    ['a ping that brings a few of them', `{"type":"ping","payload":{"a":${nested(400)}}}`],
    [
      'variables that are so',
      `{"id":"1","type":"subscribe","payload":{"query":"${good}","variables":{"a":${nested(60_000)}}}}`,
    ],
    ['a prototype', '{"__proto__":{"type":"ping"},"id":"1"}'],
    [
      'variables of a prototype',
      `{"id":"1","type":"subscribe","payload":{"query":"${good}","variables":{"__proto__":null}}}`,
    ],
    ['errors that are none', '{"id":"1","type":"error","payload":[null]}'],
    ['a type that is an object', '{"type":{"toString":5},"id":"1"}'],
    ['bytes that are no text', frame(1, Buffer.from([0xff, 0xfe, 0xfd]))],
    ['bytes in a frame for bytes', frame(2, Buffer.from([0xff, 0xfe, 0xfd]))],
    ['a close frame with a code that there is not', frame(8, Buffer.from([0, 1]))],
    ['a close frame with a reason that is no text', frame(8, Buffer.from([0x03, 0xe8, 0xff]))],
    ['a frame of an unknown kind', frame(3, Buffer.alloc(0))],
    [
      'a message in more pieces than any network makes of it',
      Buffer.concat([
        frame(1, Buffer.from('{'), { isFinal: false }),
        ...Array.from({ length: 300 }, () => frame(0, Buffer.from(' '), { isFinal: false })),
      ]),
    ],
  ])('%s', async (_what, bytes) => {
    peer = await RawPeer.open(server.url, { token: ada.token });

    if (typeof bytes === 'string') peer.say(bytes);
    else peer.tcp.write(bytes);
    peer.say('no JSON');

    expect((await peer.closeFrame()).code).toBeGreaterThanOrEqual(1002);
  });
});

describe('a flood closes the connection with 4429:', () => {
  let room: string;
  beforeAll(async () => {
    room = await makeGroup(ada, 'Flooded');
  });

  test.each<[string, (n: number) => unknown]>([
    [
      'operations beyond those it may have',
      (n) => subscribe(`s${n}`, `subscription { messageAdded(roomId: "${room}") { eventNumber } }`),
    ],
    ['operations that are none', (n) => subscribe(`s${n}`, `{ nothing${n % 10} }`)],
    ['the end of operations that there are not', (n) => complete(`s${n}`)],
    ['pings', () => ({ type: 'ping' })],
    ['pongs', () => ({ type: 'pong' })],
  ])('%s', async (_what, message) => {
    peer = await RawPeer.open(server.url, { token: ada.token });

    peer.sayAll(Array.from({ length: 4000 }, (_, n) => message(n)));

    expect(await peer.closeFrame()).toEqual({ code: 4429, reason: 'Too many useless messages' });
  });

  test.each([
    ['pings', 9],
    ['pongs', 10],
  ])('%s of the WebSocket itself', async (_what, opcode) => {
    peer = await RawPeer.open(server.url, { token: ada.token });

    peer.tcp.write(Buffer.concat(Array.from({ length: 4000 }, () => frame(opcode, Buffer.alloc(0)))));

    expect(await peer.closeFrame()).toEqual({ code: 4429, reason: 'Too many useless messages' });
    expect(pongs().length).toBeLessThanOrEqual(1000);
  });
});

test('the allowed number of pings in one piece is answered, each with its payload', async () => {
  peer = await RawPeer.open(server.url, { token: ada.token });
  const payloads = Array.from({ length: 990 }, (_, n) => `ping ${n}`);

  peer.tcp.write(Buffer.concat(payloads.map((payload) => frame(9, Buffer.from(payload)))));
  await until(() => pongs().length === payloads.length);

  expect(pongs().map(({ payload }) => String(payload))).toEqual(payloads);
});

test('a client that sends Complete after each answer does not count as a flood', async () => {
  peer = await RawPeer.open(server.url, { token: ada.token });

  for (let round = 0; round < 12; round += 1) {
    const ids = Array.from({ length: 100 }, (_, n) => `${round}-${n}`);
    peer.sayAll(ids.map((id) => subscribe(id)));
    await peer.nth(1 + 200 * (round + 1)); // each has a result and a `complete`
    peer.sayAll(ids.map(complete));
  }
  peer.say(subscribe('last'));

  await peer.nth(1 + 2400 + 2);
  expect(peer.messages.at(-1)).toEqual(complete('last'));
});

test('refused operations free their ids and no longer count', async () => {
  const room = await makeGroup(ada, 'Places');
  const query = `subscription { messageAdded(roomId: "${room}") { eventNumber } }`;
  peer = await RawPeer.open(server.url, { token: ada.token });
  peer.sayAll(Array.from({ length: 300 }, (_, n) => subscribe(`s${n}`, query)));
  await peer.nth(1 + 100);
  expect(new Set(peer.messages.slice(1).map(({ type }) => type))).toEqual(new Set(['error']));
  const extensions = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 };
  expect(peer.messages[1]).toMatchObject({ payload: [{ extensions }] });
  await server.untilFollowed(room, 200);

  peer.say(complete('s0'));
  await until(() => server.followers(room) === 199);
  peer.say(subscribe('s250', query));

  await server.untilFollowed(room, 200);
  expect(peer.frames).toHaveLength(1 + 100);
});

describe('unread output is bounded:', () => {
  const budget = 64 * 1024;

  test('pongs, whose payload is returned only if it is small', async () => {
    peer = await RawPeer.open(server.url);
    peer.say({ type: 'ping', payload: { n: 1 } });
    expect(JSON.parse(String((await peer.nth(1)).payload))).toEqual({ type: 'pong', payload: { n: 1 } });

    peer.say({ type: 'ping', payload: { text: 'x'.repeat(250_000) } });

    expect(JSON.parse(String((await peer.nth(2)).payload))).toEqual({ type: 'pong' });
  });

  test('WebSocket pongs, of which the last is sent in the end', async () => {
    peer = await RawPeer.open(server.url, { token: ada.token });
    const end = otherEnd(peer.tcp);
    peer.tcp.pause();
    const binary = Buffer.alloc(50_004);
    binary.set([0x82, 126]); // its length is in the next two bytes
    binary.writeUInt16BE(50_000, 2);
    end.write(Buffer.concat(Array.from({ length: 400 }, () => binary)));
    const unread = end.writableLength;

    const pings = Array.from({ length: 900 }, (_, n) => frame(9, Buffer.alloc(125, n % 256)));
    const before = end.bytesRead;
    peer.tcp.write(Buffer.concat(pings));
    await until(() => end.bytesRead - before >= pings.length * 131);
    expect(end.writableLength).toBeLessThan(unread + 1000); // one pong at most, and pings of the server
    peer.tcp.resume();

    await until(() => pongs().length > 0);
    expect(pongs().map(({ payload }) => payload[0])).toEqual([899 % 256]);
  });

  test('answers, which are made while the peer reads, and are all sent in the end', async () => {
    const room = await makeGroup(ada, 'Much');
    const text = 'x'.repeat(4000);
    await Promise.all(Array.from({ length: 100 }, () => say(ada, room, text)));
    peer = await RawPeer.open(server.url, { token: ada.token });
    const end = otherEnd(peer.tcp);
    const query = `{ room(id: "${room}") { messages(last: 100) { edges { node { text } } } } }`; // 400 KB
    peer.tcp.pause();

    const count = 100;
    peer.sayAll(Array.from({ length: count }, (_, n) => subscribe(`q${n}`, query)));
    await until(() => end.writableLength > budget);
    const most: number[] = [];
    for (let look = 0; look < 50; look += 1) {
      most.push(end.writableLength);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // Only those that were under way when the first one did not fit.
    expect(Math.max(...most)).toBeLessThan(20 * 450_000);
    peer.tcp.resume();
    await peer.nth(1 + 2 * count);
    const results = peer.messages.filter(({ type }) => type === 'next').map(({ id }) => id);
    expect(new Set(results)).toEqual(new Set(Array.from({ length: count }, (_, n) => `q${n}`)));
  });

  test('refusals, as the server reads no more messages', async () => {
    peer = await RawPeer.open(server.url, { token: ada.token });
    const end = otherEnd(peer.tcp);
    end.cork(); // as if the peer had not read megabytes of data
    const bad = (n: number) => subscribe(`${n}${'i'.repeat(5000)}`, '{ nothing }');

    peer.sayAll(Array.from({ length: 600 }, (_, n) => bad(n)));
    await until(() => end.isPaused());

    expect(end.writableLength).toBeLessThan(2 * budget);
    end.uncork();
    await peer.nth(1 + 600);
    expect(peer.messages.at(-1)).toMatchObject({ type: 'error' });
  });
});

describe('a closing connection executes nothing and is cut soon:', () => {
  let room: string;
  beforeAll(async () => {
    room = await makeGroup(ada, 'Closing');
  });
  const stored = () => server.app.services.prisma.message.count({ where: { text: { startsWith: 'late' } } });
  const send = (n: number) => subscribe(`late${n}`, sending(room, `late ${n}`));

  /** Keeps sending on a connection that was closed, until that is cut. */
  async function sendOn(closing: RawPeer): Promise<void> {
    for (let n = 0; closing.tcp.writable; n += 1) {
      closing.say(send(n));
      await Promise.race([closing.closed, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    await closing.closed;
  }

  test('after its session was revoked', async () => {
    const { eve } = await server.people('Eve');
    room = await makeGroup(ada, 'Closing', [eve]);
    peer = await RawPeer.open(server.url, { token: eve.token });
    await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });

    await sendOn(peer);

    expect(await peer.closeFrame()).toEqual({ code: 4403, reason: 'Session ended' });
    expect(await stored()).toBe(0);
  });

  test('after the peer broke the protocol or closed the connection', async () => {
    const last: [Buffer | unknown[], number][] = [
      [['no JSON', send(1)], 4400],
      [[{ type: 'connection_init' }, send(1)], 4429],
      [frame(8, Buffer.from([0x03, 0xe8])), 1000],
      [frame(3, Buffer.alloc(0)), 1002],
      [frame(1, Buffer.alloc(300 * 1024)), 1009],
    ];

    const codes = last.map(async ([bytes]) => {
      const closing = await RawPeer.open(server.url, { token: ada.token });
      if (Array.isArray(bytes)) closing.sayAll(bytes);
      else closing.tcp.write(bytes);
      await sendOn(closing);
      return (await closing.closeFrame()).code;
    });

    expect(await Promise.all(codes)).toEqual(last.map(([, code]) => code));
    expect(await stored()).toBe(0);
  });

  test('after the peer hung up its side and reads nothing', async () => {
    peer = await RawPeer.open(server.url, { token: ada.token });
    peer.tcp.pause();
    const end = otherEnd(peer.tcp);
    end.cork();
    end.write(Buffer.alloc(1000));

    peer.tcp.end();

    await until(() => end.destroyed);
  });

  test('in the middle of a mutation that revokes its own session', async () => {
    const { mallory } = await server.people('Mallory');
    const own = await makeGroup(mallory, 'Mine');
    peer = await RawPeer.open(server.url, { token: mallory.token });
    const fields = [
      `a: revokeSession(input: { sessionId: "${mallory.sessionId}" }) { revokedSessionId }`,
      `b: sendMessage(input: { roomId: "${own}", text: "late" }) { message { id } }`,
    ];

    peer.say(subscribe('1', `mutation { ${fields.join(' ')} }`));

    expect(await peer.closeFrame()).toMatchObject({ code: 4403 });
    await peer.closed;
    expect(await stored()).toBe(0);
  });
});

function sending(roomId: string, text: string): string {
  return `mutation { sendMessage(input: { roomId: "${roomId}", text: "${text}" }) { message { id } } }`;
}
