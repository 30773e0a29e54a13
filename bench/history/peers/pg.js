// One prepared statement per page, sent by the load itself: no server at all, the least that a page can cost.
import pg from 'pg';

const columns = `SELECT message."id", "sequence", "text", message."createdAt", author."displayName"
  FROM "Message" message JOIN "User" author ON author."id" = "authorId" WHERE "roomId" = $1`;
const newest = { name: 'newest', text: `${columns} ORDER BY "sequence" DESC LIMIT 50` };
const after = { name: 'after', text: `${columns} AND "sequence" > $2 ORDER BY "sequence" LIMIT 50` };

/** @type {(options: import('../contestants.js').StartOptions) => Promise<import('../contestants.js').Target>} */
export async function startPg({ databaseUrl }) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const page = async (/** @type {object} */ statement, /** @type {unknown[]} */ values) => {
    const { rows } = await client.query({ ...statement, values });
    return rows.map(({ sequence }) => sequence);
  };
  return {
    pid: null,
    newest: async ({ id }) => (await page(newest, [id])).reverse(),
    middle: ({ id, messages }) => page(after, [id, messages / 2]),
    stop: () => client.end(),
  };
}
