import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { MarkReadDocument, ViewerDocument } from '../generated/graphql.ts';
import { Person } from '../support/person.ts';
import { join, makeRoom, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';

test.each([4, 10])(
  'a node that may open %i connections opens no more, and everybody is served',
  async (databasePool) => {
    const server = await startServer({ databasePool });
    const sql = new pg.Client(server.databaseUrl);
    sql.on('error', () => {}); // if the test fails, it is still open when PostgreSQL stops
    await sql.connect();
    const count = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, index) => Person.signIn(server.url, `Fan ${index}`)),
    );
    const rooms = await Promise.all(
      crowd.slice(0, 3).map((owner) => makeRoom(owner, { kind: 'CHANNEL', name: owner.name })),
    );

    let isDone = false;
    let most = 0;
    const chat = Promise.all(
      crowd.map(async (fan) => {
        for (const roomId of rooms) {
          await join(fan, roomId);
          const [{ sequence }] = await Promise.all([say(fan, roomId, 'Hi'), fan.ask(ViewerDocument)]);
          await fan.ask(MarkReadDocument, { input: { roomId, upToSequence: sequence } });
        }
      }),
    ).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      most = Math.max(most, (await sql.query(count)).rows[0].count);
      await pause(5); // leaves some of the machine to the node
    }
    await chat;

    expect(most).toBeGreaterThan(databasePool / 2);
    expect(most).toBeLessThanOrEqual(databasePool);
    await sql.end();
    await server.close();
  },
  60_000,
);
