import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { limits } from '../../../src/base/limits.ts';
import { Comparison } from '../../support/comparison.ts';
import { freshDatabase } from '../../support/database.ts';
import { LostAnswers } from '../../support/lost-answers.ts';
import { MixedRun } from '../../support/mixed-run.ts';
import { seeds } from '../../support/seeds.ts';
import { pictureOf, storedRoom } from '../../support/stored-room.ts';

const usual = { ...limits };

// Few people reach these limits.
beforeAll(() => {
  Object.assign(limits, { welcomeMaxMembers: 14, emojisPerMessage: 2 });
});
afterAll(() => {
  Object.assign(limits, usual);
});

describe.each(seeds({ few: 1, many: 20 }))('seed %d: an eighth of the answers is lost', (seed) => {
  const answers = new LostAnswers();
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let run: MixedRun;
  let comparison: Comparison;
  let differences: string[];

  beforeAll(async () => {
    database = await freshDatabase();
    const through: typeof answers.through = (transaction, random) => answers.through(transaction, random);
    run = new MixedRun({ url: database.url, seed, through });
    await run.open();
    await run.play({ waves: 16, size: 60 });
    await answers.ended();
    comparison = new Comparison(run);
    differences = comparison.compareGroups();
  });
  afterAll(async () => {
    await run.close();
    await database.drop();
  });

  test('every change has an outcome, and is made exactly once', () => {
    expect(run.calls.flatMap(({ error, step }) => (error ? [{ kind: step.kind.name, error }] : []))).toEqual([]);
    expect(answers.counts.late + answers.counts.unanswered).toBeGreaterThan(5);
    expect(differences).toEqual([]);
    expect(comparison.writtenTwice).toEqual([]);
  });

  test('every caller is told the verdict of the model, and the changes of an author keep their order on each node', () => {
    expect(comparison.compareCalls()).toEqual([]);
  });

  test('rooms, members, messages, reactions and events are those of the model', async () => {
    for (const roomId of run.rooms) {
      expect(await storedRoom(run.sql, roomId)).toEqual(pictureOf(run.models.get(roomId)!.state));
    }
  });

  test('no event is published twice, and those that are not published are in rooms that are named', async () => {
    const events = run.nodes.flatMap((node) => node.published);
    const published = new Set(events.map(({ roomId, eventNumber }) => `${roomId} ${eventNumber}`));
    expect(published.size).toBe(events.length);

    const named = new Set(run.nodes.flatMap((node) => node.unpublished));
    const heads = await run.sql.query('SELECT "roomId", "lastEventNumber" FROM "RoomHead"');
    const silent = heads.rows.flatMap(({ roomId, lastEventNumber }) =>
      Array.from({ length: lastEventNumber }, (_, n) => n + 1).some((n) => !published.has(`${roomId} ${n}`))
        ? [roomId]
        : [],
    );
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.filter((roomId) => !named.has(roomId))).toEqual([]);
  });
});
