import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { MessageAddedDocument, RoomStateDocument } from '../generated/graphql.ts';
import { type Backup, backUp } from '../support/backup.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { Follower } from '../support/follower.ts';
import { type Person, people, take } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let server: TestServer;
let ada: Person;
let grace: Person;
let roomId: string;
let backup: Backup;
/** A device of Grace's, which followed before the backup and after it. */
let follower: Follower;
beforeEach(async () => {
  database = await freshDatabase();
  server = await startServer({ databaseUrl: database.url, expectsFaults: true });
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
  roomId = await makeGroup(ada, 'Archive', [grace]);
  follower = await Follower.of(grace, roomId);
  await say(ada, roomId, 'Kept');
  await follower.untilHeard('Kept');
  backup = await backUp(database.url);
  await sayMany('Lost', 3);
  await follower.untilHeard('Lost 2');
});
afterEach(async () => {
  await Promise.all([ada.close(), grace.close()]);
  await server.close();
  await database.drop();
});

/** Says so many things, each as soon as the server has found its database again. */
async function sayMany(text: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const clientMessageId = crypto.randomUUID();
    await until(() => say(ada, roomId, `${text} ${number}`, { clientMessageId }).then(Boolean, () => false));
  }
}

/** Writes as many events into the backup as were lost, as somebody else would who has restored it earlier. */
async function goOnInBackup(count: number): Promise<void> {
  const client = new pg.Client(backup.url);
  await client.connect();
  await client.query(
    `INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "occurredAt")
     SELECT "roomId", "lastEventNumber" + n, 'ROOM_UPDATED', now() FROM "RoomHead", generate_series(1, $2::int) n
     WHERE "roomId" = $1`,
    [innerId('Room', roomId), count],
  );
  await client.query(
    `UPDATE "RoomHead" SET "lastEventNumber" = "lastEventNumber" + $2, "lastEventAt" = now() WHERE "roomId" = $1`,
    [innerId('Room', roomId), count],
  );
  await client.end();
}

/** The cursor of the frame that brought a text. */
const cursorAfter = (text: string) =>
  follower.frames.find(({ events }) => events.some((event) => 'message' in event && event.message?.text === text))!
    .cursor;

test('after a restart, a cursor of what was lost is unknown though the log is as long as before; an earlier one is good', async () => {
  await follower.hangUp();
  const [kept, lost] = [cursorAfter('Kept'), cursorAfter('Lost 2')];
  await grace.close();
  await server.close();
  await backup.restore();
  server = await startServer({
    databaseUrl: database.url,
    expectsFaults: true,
    port: Number(new URL(server.url).port),
  });
  await sayMany('New', 3);

  const inTime = await Follower.of(grace, roomId, kept);
  const tooLate = await Follower.of(grace, roomId, lost);
  await inTime.untilHeard('New 2');

  expect(tooLate.frames).toMatchObject([{ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', events: [] }]);
  const added = grace.follow(MessageAddedDocument, { roomId, after: lost });
  await expect(take(added, 1)).rejects.toMatchObject([{ extensions: { code: 'CURSOR_UNKNOWN' } }]);
  expect(inTime.texts).toEqual(['New 0', 'New 1', 'New 2']);
  const { room } = await grace.ask(RoomStateDocument, { roomId });
  const again = await Follower.of(grace, roomId, room!.syncCursor);
  expect(again.frames).toMatchObject([{ status: 'LIVE', events: [] }]);
});

test('a server that runs while its database is replaced tells who follows to start over, and mixes nothing', async () => {
  await backup.restore();
  await sayMany('New', 3);
  await follower.ended;

  expect(follower.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
  expect(follower.texts).toEqual(['Kept', 'Lost 0', 'Lost 1', 'Lost 2']);
});

test.each([3, 8])('also if %i events are there already when it finds its database again', async (count) => {
  await goOnInBackup(count);

  await backup.restore();
  await follower.ended;

  expect(follower.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', events: [] });
  expect(follower.texts).toEqual(['Kept', 'Lost 0', 'Lost 1', 'Lost 2']);
});

test('who follows a room that the backup does not have is told so', async () => {
  const gone = await makeGroup(ada, 'Gone', [grace]);
  const late = await Follower.of(grace, gone);

  await backup.restore();
  await late.ended;

  expect(late.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
  await until(() =>
    grace.ask(RoomStateDocument, { roomId: gone }).then(
      ({ room }) => room === null,
      () => false,
    ),
  );
});
