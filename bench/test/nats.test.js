import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Crowd } from '../fan-out/load.js';
import { startNats } from '../fan-out/peers/nats.js';
import { isInstalled } from '../programs.js';

// In CI, nats-server has to be there: without it, nobody would notice that the peer no longer works.
const skip = !isInstalled('nats-server') && !process.env.CI ? 'nats-server is not installed' : false;

/** Starts NATS with readers of one room, for the duration of a test. @param {import('node:test').TestContext} context @param {number} readers */
async function crowdOf(context, readers) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-nats-'));
  context.after(() => rmSync(dataDir, { recursive: true }));
  const server = await startNats({ core: null, rooms: 1, parley: '', dataDir });
  context.after(server.stop);
  const crowd = await Crowd.open(server, { readers, rooms: server.rooms });
  context.after(() => crowd.close());
  crowd.countOnly();
  return crowd;
}

test('counts every delivery of a burst that NATS packs into few frames', { skip }, async (context) => {
  const crowd = await crowdOf(context, 20);
  const received = crowd.expect(20 * 500, 10_000);

  crowd.publish(crowd.rooms[0], 500);
  await received;
  await crowd.requireNoMore();

  assert.equal(crowd.delivered, 20 * 500);
});
