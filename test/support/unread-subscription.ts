import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';
import { RawSocket } from './socket.ts';

/** All results that a subscription got before it ended. */
export interface Ending {
  results: Record<string, unknown>[];
  /** The results as JSON. */
  text: string;
}

/** A subscription whose connection a test can hold back. */
export interface UnreadSubscription {
  /** The reader's connection. */
  tcp: Socket;
  /** Reads all results, up to the `complete` of the subscription. */
  ending(): Promise<Ending>;
}

interface Wanted {
  query: string;
  roomId: string;
  reader: Person;
  node: TestServer;
}

/** Subscribes over WebSocket and resolves once the server follows the room. */
export async function subscribeBySocket({ query, roomId, reader, node }: Wanted) {
  const socket = await RawSocket.ready(reader.url, reader.token);
  socket.send({ id: 'slow', type: 'subscribe', payload: { query, variables: { roomId } } });
  await node.untilFollowed(roomId);
  return { socket, tcp: socket.tcp, ending: () => readSocket(socket) } satisfies UnreadSubscription & {
    socket: RawSocket;
  };
}

async function readSocket(socket: RawSocket): Promise<Ending> {
  const results: Record<string, unknown>[] = [];
  for (let frame = await socket.next(); ; frame = await socket.next()) {
    if (!('type' in frame) || frame.id !== 'slow') throw new Error(`Got ${JSON.stringify(frame)}`);
    if (frame.type !== 'complete') {
      results.push(frame.payload as Record<string, unknown>);
      continue;
    }
    socket.close();
    return { results, text: JSON.stringify(results) };
  }
}

/** Subscribes over Server-Sent Events and resolves once the server follows the room. */
export async function subscribeByStream({ query, roomId, reader, node }: Wanted): Promise<UnreadSubscription> {
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${reader.token}`,
    'content-type': 'application/json',
  };
  const asked = request(reader.url, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify({ query, variables: { roomId } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await node.untilFollowed(roomId);
  return { tcp: response.socket, ending: () => readStream(response) };
}

async function readStream(response: IncomingMessage): Promise<Ending> {
  const events = (await text(response)).split('\n\n').filter((event) => !event.startsWith(':') && event !== '');
  expect(events.at(-1)).toMatch(/^event: complete/);
  const results = events
    .filter((event) => event.startsWith('event: next'))
    .map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null'));
  return { results, text: JSON.stringify(results) };
}

/** Expects that the results have everything before an event, and nothing that happened after it. */
export function expectNothingLater({ text: sent, results }: Ending, end: number): void {
  expect(results.flatMap((result) => result.errors ?? [])).toEqual([]);
  expect(sent).toContain('Last before the end');
  expect(sent).not.toMatch(/later|latecomer/i);
  for (const [, number] of sent.matchAll(/"(?:eventNumber|positionAfter)":(\d+)/g)) {
    expect(Number(number)).toBeLessThanOrEqual(end);
  }
}

/** Expects results of `roomEvents` to end with the event that ended Grace's access, followed by ENDED. */
export function expectOwnEnd({ results }: Ending, end: number, state: 'LEFT' | 'BANNED'): void {
  const frames = results.map(({ data }) => (data as { roomEvents: { status: string; events: object[] } }).roomEvents);
  expect(frames.flatMap(({ events }) => events).at(-1)).toMatchObject({
    __typename: 'MembershipChangedEvent',
    eventNumber: end,
    membership: { state, user: { displayName: 'Grace' } },
  });
  expect(frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: end, events: [] });
}

/** Returns all texts in results, times included. Leaves out those that differ between live and replayed results. */
export function textsInResults(results: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(results, (key, value) => {
    if (typeof value === 'string' && key !== 'status') texts.push(value);
    return value;
  });
  // The texts of system messages may contain the name of the room, which depends on when they are read.
  return texts.filter((said) => !/^Welcome to | created /.test(said));
}
