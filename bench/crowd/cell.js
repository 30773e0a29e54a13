// Measures one contestant in one scenario, in a separate process with a copy of the community. It starts both and is the load.
import { answerAsCell } from '../cell-process.js';
import { connected } from '../fill.js';
import { contestants } from './contestants.js';
import { Crowd } from './crowd.js';
import { openCopy } from './fill.js';
import { scenarios } from './scenarios.js';

/** @typedef {{ warmUpMs: number, sendMs: number, forMs: number }} Size */
/** @typedef {{ contestant: string, scenario: string, size: Size, core?: number, parley: string, dataDir: string, folder: string }} Cell */

await answerAsCell(
  async (/** @type {Cell} */ { contestant, scenario, size, core, parley, dataDir, folder }, whenOrphaned) => {
    const { community, database } = await openCopy({ parley, folder, dataDir, core });
    whenOrphaned(database.stop);
    try {
      const options = { core, parley, dataDir, databaseUrl: database.url, jwtSecret: community.jwtSecret };
      const target = await contestants[contestant].start(options);
      const crowd = new Crowd(target, { community, databaseParent: database.pid });
      try {
        return await measure(crowd, { scenario, size, databaseUrl: database.url });
      } finally {
        crowd.close();
        await target.stop();
      }
    } finally {
      await database.stop();
    }
  },
);

/**
 * Measures a scenario between two measurements of `sendMessage`, and returns also its rate as a share of theirs.
 * @param {Crowd} crowd @param {{ scenario: string, size: Size, databaseUrl: string }} options
 */
async function measure(crowd, { scenario, size, databaseUrl }) {
  await crowd.send(size.warmUpMs);
  if (scenario === 'send') return { ...(await crowd.send(size.forMs)), ofSends: 1 };
  const { clients, warmUp = clients, stored } = await scenarios[scenario](crowd, size);
  const warm = await crowd.measure(warmUp, size.warmUpMs);

  const before = await crowd.send(size.sendMs);
  const { operations, ...values } = await crowd.measure(
    clients,
    scenario === 'join' ? Number.POSITIVE_INFINITY : size.forMs,
  );
  const after = await crowd.send(size.sendMs);

  const messages = `SELECT count(*)::int FROM "Message" WHERE "roomId" = ANY($1) AND "kind" = 'USER'`;
  await requireCount(databaseUrl, { sql: messages, values: [crowd.community.talkRooms] }, crowd.sent);
  if (stored) await requireCount(databaseUrl, stored, warm.operations + operations);
  const sendsPerSecond = (before.perSecond + after.perSecond) / 2;
  return { ...values, operations, sendsPerSecond, ofSends: values.perSecond / sendsPerSecond };
}

/** @param {string} databaseUrl @param {import('./scenarios.js').Stored} stored @param {number} acknowledged */
async function requireCount(databaseUrl, { sql, values }, acknowledged) {
  const client = await connected(databaseUrl);
  try {
    const { rows } = await client.query(sql, values);
    if (rows[0].count !== acknowledged) throw new Error(`${acknowledged} acknowledged, ${rows[0].count} stored`);
  } finally {
    await client.end();
  }
}
