import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { type KeepAlive, keepAlive } from '../../src/transport/keep-alive.ts';

let heartbeats: KeepAlive;
beforeEach(() => {
  jest.useFakeTimers();
  heartbeats = keepAlive(pino({ level: 'silent' }));
});
afterEach(() => {
  heartbeats.stop();
  jest.useRealTimers();
});

/** A peer that answers pings or not, and reads what waits for it or not. */
class Peer extends EventEmitter {
  readonly readyState = WebSocket.OPEN;
  pings = 0;
  isCut = false;
  useless = 0;
  /** The counters of its socket: bytes that were written to it, and bytes of these that it has not accepted. */
  bytesWritten = 0;
  writableLength = 0;
  answers = true;

  constructor() {
    super();
    const connection = {
      onClose: (gone: () => void) => this.on('gone', gone),
      countUseless: () => void this.useless++,
    };
    heartbeats.watch(this, { connection, socket: this });
  }

  ping(): void {
    this.pings += 1;
    if (this.answers) this.emit('pong');
  }

  terminate(): void {
    this.isCut = true;
    this.emit('gone');
  }
}

const minutes = (count: number) => jest.advanceTimersByTime(count * 60_000);

test('a peer that answers is pinged every twelve seconds, and never cut', () => {
  const peer = new Peer();

  minutes(10);

  expect([peer.pings, peer.isCut]).toEqual([50, false]);
});

test('a connection that is silent for a minute is cut, and not pinged again', () => {
  const peer = new Peer();
  peer.answers = false;

  minutes(1);
  expect(peer.isCut).toBe(false);
  minutes(1);

  expect([peer.pings, peer.isCut]).toEqual([5, true]);
});

test('unsolicited pongs do not count: the connection is cut like a silent one', () => {
  const peer = new Peer();
  peer.answers = false;
  for (let n = 0; n < 100; n += 1) peer.emit('pong');
  expect(peer.useless).toBe(100);

  minutes(2);

  expect(peer.isCut).toBe(true);
});

test('a connection that answers all pings late and at once is kept', () => {
  const peer = new Peer();
  peer.answers = false;
  jest.advanceTimersByTime(55_000);

  for (let n = 0; n < peer.pings; n += 1) peer.emit('pong');
  minutes(1);

  expect([peer.pings > 1, peer.useless, peer.isCut]).toEqual([true, 0, false]);
});

test('a silent connection is kept for as long as it reads the waiting data', () => {
  const peer = new Peer();
  peer.answers = false;
  peer.writableLength = 1000;
  for (let second = 0; second < 600; second += 10) {
    peer.bytesWritten += 10;
    jest.advanceTimersByTime(10_000);
  }
  expect(peer.isCut).toBe(false);

  minutes(2);

  expect(peer.isCut).toBe(true);
});

test('a connection for which nothing waits does not count as reading because the system accepts its pings', () => {
  const peer = new Peer();
  peer.answers = false;
  peer.ping = () => {
    peer.bytesWritten += 2;
  };

  minutes(2);

  expect(peer.isCut).toBe(true);
});

test('if a ping to one connection fails, that connection is cut, and the others are pinged', () => {
  const [faulty, other] = [new Peer(), new Peer()];
  faulty.ping = () => {
    throw new Error('no ping');
  };

  minutes(1);

  expect([faulty.isCut, other.isCut, other.pings]).toEqual([true, false, 5]);
});
