import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { freshDatabase } from '../../support/database.ts';
import { MixedRun } from '../../support/mixed-run.ts';
import { wrongRooms } from '../../support/stored-room.ts';

test('while backends are killed again and again, each change has an outcome and no number is missing', async () => {
  const database = await freshDatabase();
  const run = new MixedRun({ url: database.url, seed: 1 });
  await run.open();

  const played = run.play({ waves: 10, size: 100 }).then(() => 'played');
  let killed = 0;
  while ((await Promise.race([played, pause(60)])) !== 'played') {
    const { rowCount } = await run.sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'parley' AND datname = current_database() AND random() < 0.3`,
    );
    killed += rowCount ?? 0;
  }

  expect(killed).toBeGreaterThan(0);
  expect(run.calls.flatMap(({ error, step }) => (error ? [{ kind: step.kind.name, error }] : []))).toEqual([]);
  expect(await wrongRooms(run.sql)).toEqual([]);
  await run.close();
  await database.drop();
});
