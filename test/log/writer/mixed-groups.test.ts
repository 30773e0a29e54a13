import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { limits } from '../../../src/base/limits.ts';
import { Comparison } from '../../support/comparison.ts';
import { freshDatabase } from '../../support/database.ts';
import { MixedRun } from '../../support/mixed-run.ts';
import { seeds } from '../../support/seeds.ts';
import { byNumber, eventText, pictureOf, storedRoom, wrongRooms } from '../../support/stored-room.ts';

const usual = { ...limits };

// Few people reach these limits.
beforeAll(() => {
  Object.assign(limits, { welcomeMaxMembers: 14, emojisPerMessage: 2 });
});
afterAll(() => {
  Object.assign(limits, usual);
});

describe.each(seeds({ few: 2, many: 40 }))('seed %d', (seed) => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let run: MixedRun;
  let comparison: Comparison;
  let differences: string[];

  beforeAll(async () => {
    database = await freshDatabase();
    run = new MixedRun({ url: database.url, seed });
    await run.open();
    await run.play({ waves: 8, size: 150 });
    comparison = new Comparison(run);
    differences = comparison.compareGroups();
  });
  afterAll(async () => {
    await run.close();
    await database.drop();
  });

  test('every verdict and number is what a model gives, in the order of the commits', () => {
    const errors = run.calls.flatMap(({ error, step }) => (error ? [{ kind: step.kind.name, error }] : []));
    expect(errors).toEqual([]);
    expect(differences).toEqual([]);
    expect(comparison.writtenTwice).toEqual([]);
    expect(comparison.seenVerdicts.size).toBeGreaterThan(45);
    expect(comparison.seenVerdicts).toContain('send TAKEN');
  });

  test('every caller is told the verdict of the model, and the changes of an author keep their order on each node', () => {
    expect(comparison.compareCalls()).toEqual([]);
  });

  test('rooms, members, messages, reactions and events are those of the model', async () => {
    for (const roomId of run.rooms) {
      expect(await storedRoom(run.sql, roomId)).toEqual(pictureOf(run.models.get(roomId)!.state));
    }
    expect(await wrongRooms(run.sql)).toEqual([]);
  });

  test('each event is published exactly once', () => {
    for (const roomId of run.rooms) {
      const published = run.nodes.flatMap((node) => node.published).filter((event) => event.roomId === roomId);
      expect(byNumber(published.map(eventText))).toEqual(run.models.get(roomId)!.state.events);
    }
  });
});
