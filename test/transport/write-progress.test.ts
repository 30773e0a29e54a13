import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WriteProgress } from '../../src/transport/write-progress.ts';
import { until } from '../support/until.ts';

let peer: Socket;
let socket: Socket;
let progress: WriteProgress;
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  peer = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {});
  peer.on('error', () => {});
  server.close();
  progress = new WriteProgress(socket);
});
afterEach(() => {
  peer.destroy();
  socket.destroy();
});

/** Writes more than the buffers of the system hold, and waits until they are full: no event announces that. */
async function writeMuch(): Promise<void> {
  socket.write(Buffer.alloc(20_000_000));
  let quiet = 0;
  await until(() => {
    quiet = progress.hasTaken() ? 0 : quiet + 1;
    return quiet > 50;
  });
}

test('a peer for which nothing waits neither reads nor stalls', async () => {
  expect([progress.hasTaken(), progress.stalledMs()]).toEqual([false, 0]);

  socket.write(Buffer.alloc(10)); // goes to the system at once
  await until(() => socket.writableLength === 0);

  expect([progress.hasTaken(), progress.stalledMs()]).toEqual([false, 0]);
});

test('reading a part of one large write counts as progress, and reading nothing as a stall', async () => {
  await writeMuch();
  socket.write(Buffer.alloc(10)); // more waiting data is not progress
  expect(progress.hasTaken()).toBe(false);
  const stalled = progress.stalledMs();
  await until(() => progress.stalledMs() > stalled + 20);

  peer.resume();

  await until(() => progress.hasTaken());
});

test('progress by a single byte ends the stall', async () => {
  await writeMuch();
  await until(() => progress.stalledMs() > 20);

  peer.resume();
  await until(() => socket.writableLength === 0);

  expect(progress.stalledMs()).toBe(0);
});
