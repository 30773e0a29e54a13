import { connected } from '../fill.js';

/**
 * Throws unless `acknowledged` messages are stored, the numbers in each room have no gap, and commits wait for the disk.
 * @param {string} url @param {number} acknowledged
 */
export async function requireStored(url, acknowledged) {
  const client = await connected(url);
  try {
    const { rows } = await client.query(`
      SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS "synchronousCommit",
        (SELECT count(*)::int FROM "Message" WHERE "kind" = 'USER') AS stored,
        (SELECT count(*)::int FROM (SELECT FROM "Message" JOIN "RoomHead" USING ("roomId") GROUP BY "roomId"
          HAVING count(*) <> max("sequence") OR max("sequence") <> max("lastSequence")) room) AS "roomsWithGaps"`);
    const [{ fsync, synchronousCommit, stored, roomsWithGaps }] = rows;
    if (fsync !== 'on' || synchronousCommit !== 'on') throw new Error('the database does not wait for the disk');
    if (stored !== acknowledged) throw new Error(`${acknowledged} messages acknowledged, ${stored} stored`);
    if (roomsWithGaps > 0) throw new Error(`${roomsWithGaps} rooms have gaps in their numbers`);
  } finally {
    await client.end();
  }
}
