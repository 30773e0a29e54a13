import type pg from 'pg';
import { newId } from '../../src/base/ids.ts';

interface MemberRow {
  id?: string;
  userId: string;
  role?: string;
  state?: string;
  joinedAt?: Date;
}

interface RoomRow {
  id?: string;
  kind: string;
  members?: readonly MemberRow[];
  isArchived?: boolean;
  slowModeSeconds?: number;
}

/** Inserts users and returns their ids. */
export async function insertPeople(sql: pg.Client, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  await sql.query(
    `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'u-' || id, 'U' FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  return ids;
}

/** Inserts a room whose log is empty, and returns its id. */
export async function insertRoom(sql: pg.Client, room: RoomRow) {
  const { id = newId(), kind, members = [], isArchived, slowModeSeconds = 0 } = room;
  const slug = kind === 'CHANNEL' || kind === 'STREAM' ? `room-${id}` : null;
  await sql.query(
    `INSERT INTO "Room" ("id", "kind", "name", "slug", "conversationKey", "archivedAt", "slowModeSeconds")
     VALUES ($1, $2, 'Room', $3, $4, CASE WHEN $5 THEN now() END, $6)`,
    [id, kind, slug, kind === 'DIRECT' ? id : null, isArchived ?? false, slowModeSeconds],
  );
  const joined = members.filter(({ state = 'JOINED' }) => state === 'JOINED');
  await sql.query('INSERT INTO "RoomHead" ("roomId", "memberCount") VALUES ($1, $2)', [id, joined.length]);
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "role", "state", "joinedAt", "stateEventNumber")
     SELECT member, $1, person, role, state, at, 0
     FROM unnest($2::uuid[], $3::uuid[], $4::"RoomRole"[], $5::"MembershipState"[], $6::timestamptz[])
       AS given(member, person, role, state, at)`,
    [
      id,
      members.map((member) => member.id ?? newId()),
      members.map(({ userId }) => userId),
      members.map(({ role }) => role ?? 'MEMBER'),
      members.map(({ state }) => state ?? 'JOINED'),
      members.map(({ joinedAt }) => joinedAt ?? new Date()),
    ],
  );
  return id;
}
