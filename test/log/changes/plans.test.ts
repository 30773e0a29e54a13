import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { newId } from '../../../src/base/ids.ts';
import { noEnd } from '../../../src/base/no-end.ts';
import { adding, addMembers } from '../../../src/log/changes/add-members.ts';
import { deletion } from '../../../src/log/changes/delete.ts';
import { edit } from '../../../src/log/changes/edit.ts';
import { expel, expelling } from '../../../src/log/changes/expel.ts';
import { join, joining } from '../../../src/log/changes/join.ts';
import { changeKinds } from '../../../src/log/changes/kinds.ts';
import { leave, leaving } from '../../../src/log/changes/leave.ts';
import { moderate } from '../../../src/log/changes/moderate.ts';
import { react } from '../../../src/log/changes/react.ts';
import { send } from '../../../src/log/changes/send.ts';
import { updateRoom } from '../../../src/log/changes/update-room.ts';
import type { Statement } from '../../../src/storage/transaction-query.ts';
import { freshDatabase } from '../../support/database.ts';
import { type Execution, KeptPlans, readingsOf } from '../../support/kept-plans.ts';

const groupSize = 32;
const roomId = newId();
const people = Array.from({ length: 2000 }, newId);
const strangers = Array.from({ length: 300 }, newId);
const messages = Array.from({ length: 5000 }, newId);
const owner = people[0]!;
const administrator = strangers.at(-1)!;

/** A statement of each kind, for a group of changes that are all written. */
const statements: Record<string, Statement> = {
  [send.name]: send.statement(
    people.slice(0, groupSize).map((actorId) => {
      return { roomId, actorId, id: newId(), text: 'Hi', clientMessageId: newId(), replyToId: messages[0]! };
    }),
    false,
  ),
  [join.name]: join.statement(
    strangers.slice(0, groupSize).map((actorId) => joining({ roomId, actorId })),
    false,
  ),
  [addMembers.name]: addMembers.statement(
    [adding({ roomId, actorId: owner }, strangers.slice(40, 40 + groupSize))],
    false,
  ),
  [edit.name]: edit.statement(
    messages.slice(0, groupSize).map((messageId, n) => ({ roomId, messageId, actorId: people[n]!, text: 'New' })),
    false,
  ),
  [react.name]: react.statement(
    messages.slice(0, groupSize).map((messageId, n) => {
      return { roomId, messageId, actorId: people[n + 50]!, emoji: n % 2 ? '👍' : '🎉', isAdded: true };
    }),
    false,
  ),
  [deletion.name]: deletion.statement(
    messages.slice(100, 100 + groupSize).map((messageId) => ({ roomId, messageId, actorId: owner })),
    false,
  ),
  [leave.name]: leave.statement(
    people.slice(100, 100 + groupSize).map((actorId) => leaving({ roomId, actorId })),
    false,
  ),
  [expel.name]: expel.statement(
    [expelling({ roomId, actorId: owner }, { userId: people[200]!, state: 'BANNED' })],
    false,
  ),
  [moderate.name]: moderate.statement(
    people.slice(200, 200 + groupSize).map((userId) => {
      return { roomId, actorId: owner, userId, action: 'MUTE', until: noEnd, reason: null };
    }),
    false,
  ),
  [updateRoom.name]: updateRoom.statement([{ roomId, actorId: owner, name: 'New' }], false),
};

/** What happens to the only owner, of which each looks for another owner or for an heir. */
const ofOwner: Record<string, Statement> = {
  'the owner wants to leave': leave.statement([leaving({ roomId, actorId: owner })], false),
  'the owner gives up the role': moderate.statement(
    [{ roomId, actorId: owner, userId: owner, action: 'SET_ROLE', role: 'MEMBER' }],
    false,
  ),
  'the owner is removed': expel.statement(
    [expelling({ roomId, actorId: administrator }, { userId: owner, state: 'REMOVED' })],
    false,
  ),
};

const withModerator = 'the owner is removed, and a moderator stays';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let connection: KeptPlans;
let sql: pg.PoolClient;
beforeAll(async () => {
  database = await freshDatabase();
  connection = await KeptPlans.open(database.url);
  sql = connection.sql;
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

/** Fills the tables: a public room with members, and messages of forty of them. */
async function fill(members: readonly string[], lines: readonly string[]): Promise<void> {
  await sql.query(
    `INSERT INTO "User" ("id", "username", "displayName", "isAdmin")
     SELECT id, 'u-' || id, 'U', id = $2 FROM unnest($1::uuid[]) AS id`,
    [[...members, ...strangers], administrator],
  );
  await sql.query(`INSERT INTO "Room" ("id", "kind", "name", "slug") VALUES ($1, 'STREAM', 'Large', 'large')`, [
    roomId,
  ]);
  await sql.query(
    `INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "memberCount") VALUES ($1, 5000, 5000, 2000)`,
    [roomId],
  );
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "role", "stateEventNumber")
     SELECT gen_random_uuid(), $1, person, (CASE n WHEN 1 THEN 'OWNER' ELSE 'MEMBER' END)::"RoomRole", 0
     FROM unnest($2::uuid[]) WITH ORDINALITY AS member(person, n)`,
    [roomId, members],
  );
  await sql.query(
    `INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
     SELECT id, $1, n, n, ($3::uuid[])[1 + (n - 1) % least(cardinality($3::uuid[]), 40)], 'Hello', id::text
     FROM unnest($2::uuid[]) WITH ORDINALITY AS line(id, n)`,
    [roomId, lines, members],
  );
  await sql.query(
    `INSERT INTO "Reaction" ("roomId", "messageId", "emoji", "userId")
     SELECT $1, id, ':ok:', person FROM unnest($2::uuid[]) AS id, unnest($3::uuid[]) AS person`,
    [roomId, lines.slice(0, 1000), members.slice(0, 5)],
  );
}

async function addOtherRooms(): Promise<void> {
  await sql.query(`
    WITH other AS (
      INSERT INTO "Room" ("id", "kind", "name") SELECT gen_random_uuid(), 'GROUP', 'G' FROM generate_series(1, 2000)
      RETURNING "id"
    ) INSERT INTO "RoomHead" ("roomId") SELECT "id" FROM other`);
}

/** Returns where an execution has read too many rows of a table, with the number of rows. */
function wastes({ plan }: Execution): string[] {
  // The rows that a group changes may be compared with each other, but not with all.
  const wasteful = readingsOf(plan).filter(({ table, rows }) => table && rows > groupSize ** 2);
  return wasteful.map(({ by, table, rows }) => `${by} of ${rows} rows of ${table}`);
}

test('every kind of change is among those whose plans are checked', () => {
  expect(Object.keys(statements).sort()).toEqual(changeKinds.map(({ name }) => name).sort());
});

describe.each(['empty', 'of one row, and counted'])(
  'a statement that was planned while the tables were %s',
  (state) => {
    let plans: Record<string, string[]>;
    beforeAll(async () => {
      await sql.query('TRUNCATE "Room", "User", "WriterLane" CASCADE');
      if (state !== 'empty') await fill(people.slice(0, 1), messages.slice(0, 1));
      await sql.query('ANALYZE');
      await connection.prepare(Object.values(statements));
      // Not TRUNCATE, after which PostgreSQL would plan again.
      await sql.query('DELETE FROM "Room"');
      await sql.query('DELETE FROM "User"');
      await fill(people, messages);
      await addOtherRooms();
      plans = {};
      for (const [name, statement] of Object.entries({ ...statements, ...ofOwner })) {
        plans[name] = wastes(await connection.execution(statement));
      }
      // The only other member who is not deactivated is a moderator.
      await sql.query('UPDATE "User" SET "deactivatedAt" = now() WHERE "id" = ANY ($1)', [people.slice(1, -1)]);
      await sql.query(`UPDATE "Membership" SET "role" = 'MODERATOR' WHERE "userId" = $1`, [people.at(-1)]);
      plans[withModerator] = wastes(await connection.execution(ofOwner['the owner is removed']!));
    });

    const names = [...Object.keys({ ...statements, ...ofOwner }), withModerator];
    test.each(names)('reads only the rows that it needs once the tables are large: %s', (name) => {
      expect(plans[name]).toEqual([]);
    });
  },
);
