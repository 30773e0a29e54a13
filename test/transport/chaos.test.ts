import { afterEach, expect, test } from '@jest/globals';
import { roomOf, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { type Frame, RawSocket } from '../support/socket.ts';
import { withServerLike } from '../support/with-server.ts';

const { server, ada, grace } = await withServerLike({ chaos: true }, 'Ada', 'Grace');

const sockets: RawSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Connects as Ada with faults, and returns the socket with the answer to connection_init. */
async function connect(chaos: unknown): Promise<{ socket: RawSocket; answer: Frame }> {
  const socket = await RawSocket.open(server.url, { token: ada.token, chaos });
  sockets.push(socket);
  return { socket, answer: await socket.next() };
}

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionBefore positionAfter resetReason }
}`;

interface Batch {
  status: string;
  cursor: string;
  positionBefore: number;
  positionAfter: number;
}

function batchOf(frame: Frame): Batch | null {
  const payload = 'payload' in frame ? (frame.payload as { data?: { roomEvents: Batch } } | undefined) : undefined;
  return payload?.data?.roomEvents ?? null;
}

/** Says things in a new room, one after the other, and returns what a connection with faults received of it. */
async function listen(chaos: object, count = 12): Promise<Frame[]> {
  const roomId = await roomOf(grace, ada);
  const { socket } = await connect(chaos);
  const witness = await RawSocket.ready(server.url, ada.token);
  sockets.push(witness);
  socket.send({ id: '1', type: 'subscribe', payload: { query, variables: { roomId } } });
  await witness.ask(query, { roomId });
  await server.untilFollowed(roomId, 2);
  for (let said = 0; said < count; said += 1) {
    await say(grace, roomId, 'Hi');
    await witness.next();
  }
  return framesOf(socket);
}

/** Returns the frames up to now, or up to the end of the connection. */
async function framesOf(socket: RawSocket): Promise<Frame[]> {
  if (socket.socket.readyState === socket.socket.OPEN) {
    socket.send({ id: 'last', type: 'subscribe', payload: { query: '{ server { version } }' } });
  }
  const frames: Frame[] = [];
  for (;;) {
    const frame = await socket.next();
    if ('id' in frame && frame.id === 'last') return frames;
    frames.push(frame);
    if ('closed' in frame) return frames;
  }
}

const positionsIn = (frames: Frame[]) =>
  frames.flatMap((frame) => {
    const batch = batchOf(frame);
    return batch ? [[batch.positionBefore, batch.positionAfter]] : [];
  });

const count = async (fault: string) =>
  Number(new RegExp(`_total\\{fault="${fault}"\\} (\\d+)`).exec(await (await fetch(metricsUrl)).text())?.[1] ?? 0);
const metricsUrl = server.url.replace('/graphql', '/metrics');

test('a dropped frame is a hole in the positions, and is counted', async () => {
  const before = await count('drop');

  const positions = positionsIn(await listen({ dropEvery: 2 }));

  const holes = positions.filter(([from], at) => at > 0 && from !== positions[at - 1]![1]);
  expect(holes.length).toBeGreaterThan(0);
  expect((await count('drop')) - before).toBeGreaterThanOrEqual(holes.length);
});

test('a repeated frame arrives twice', async () => {
  const positions = positionsIn(await listen({ duplicateEvery: 3 })).map(String);

  expect(positions.length).toBeGreaterThan(new Set(positions).size);
  expect(new Set(positions).size).toBe(13);
});

test('the same seed makes the same faults, and another seed makes others', async () => {
  const heard = async (seed: number) => positionsIn(await listen({ seed, dropEvery: 3 })).map(([, at]) => at);

  const [first, second, other] = [await heard(1), await heard(1), await heard(2)];

  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});

test('a connection is closed in different ways', async () => {
  const roomId = await roomOf(ada);
  const closed = new Set<number>();
  for (let seed = 1; seed <= 12; seed += 1) {
    const { socket } = await connect({ seed, closeEvery: 1 });
    await socket.ask(query, { roomId });
    const last = await socket.next();
    if ('closed' in last) closed.add(last.closed);
  }

  expect([1001, 1006, 1012, 1013, 4403].filter((code) => closed.has(code)).length).toBeGreaterThan(2);
});

test('delayed frames keep their order, and nothing is missing', async () => {
  const positions = positionsIn(await listen({ delayMs: 30 }));

  expect(positions.slice(1).every(([from], at) => from === positions[at]![1])).toBe(true);
  expect(positions).toHaveLength(13);
  expect(await count('delay')).toBeGreaterThan(0);
});

test('a cursor is lost: the client gets RESET', async () => {
  const roomId = await roomOf(ada);
  const { socket } = await connect({ resetEvery: 1 });
  const live = batchOf(await socket.ask(query, { roomId }))!;

  const reset = batchOf(await socket.ask(query, { roomId, after: live.cursor }, '2'));

  expect([live.status, reset]).toMatchObject(['LIVE', { status: 'RESET', resetReason: 'CURSOR_UNKNOWN' }]);
});

test('a token ends early, as connection_ack says', async () => {
  const { socket, answer } = await connect({ expireTokenAfterMs: 300 });
  const { expiresAt, serverTime } = (answer as { payload: Record<string, string> }).payload;

  expect(Date.parse(expiresAt!) - Date.parse(serverTime!)).toBeLessThanOrEqual(300);
  expect(await socket.next()).toEqual({ closed: 4403, reason: 'Session ended' });
});

test.each([
  [{ dropEvery: 0 }, 'chaos.dropEvery: expected 1 or more'],
  [{ closeEvery: 1.5 }, 'chaos.closeEvery: expected a whole number'],
  [{ delayMs: 60_000 }, 'chaos.delayMs: expected 10000 or less'],
  [{ dropevery: 5 }, expect.stringContaining('dropevery')],
  [{ ['<b>\n'.repeat(2_000)]: 5 }, 'chaos: there is no such setting'],
  [{ [`x${'y'.repeat(60)}`]: 5 }, 'chaos: there is no such setting'],
  ['on', expect.stringMatching(/^chaos: /)],
])('a setting that is not valid closes the connection, and the reason names it: %j', async (chaos, reason) => {
  expect((await connect(chaos)).answer).toEqual({ closed: 4400, reason });
});

test('a server without CHAOS refuses a connection that asks for faults, even for none', async () => {
  const usual = await startServer();
  const { token } = await usual.signIn('Ada');
  const socket = await RawSocket.open(usual.url, { token, chaos: {} });

  expect(await socket.next()).toEqual({ closed: 4400, reason: 'chaos: the server runs without CHAOS=on' });
  await usual.close();
});
