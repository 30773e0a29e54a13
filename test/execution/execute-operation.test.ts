import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { executeAffordable } from '../../src/execution/execute-operation.ts';
import { SnapshotTurns } from '../../src/execution/snapshot-turns.ts';
import { newContext, type Services, type Viewer } from '../../src/graphql/context.ts';

const schema = buildSchema('type Query { syncCursor: String }');
schema.getQueryType()!.getFields().syncCursor!.extensions = { needsSnapshot: true };

/** Returns a function that executes a query in a snapshot, which never ends, and tells how many of them have begun. */
function endlessSnapshots(waitMs: number) {
  let begun = 0;
  const $transaction = () => {
    begun += 1;
    return new Promise(() => {});
  };
  const services = { prisma: { $transaction }, snapshotTurns: new SnapshotTurns(3, waitMs) } as unknown as Services;
  Object.assign(services, { sessions: { ends: { hasEnded: () => false } } });
  const ask = (viewer: Partial<Viewer> | null, isOver = () => false) => {
    const context = newContext(services, { viewer: viewer as Viewer | null, language: 'en' });
    const contextValue = { ...context, isOver };
    return executeAffordable({ schema, document: parse('{ syncCursor }'), contextValue });
  };
  return { ask, begun: () => begun };
}

const ada = { userId: 'ada', isAdmin: false };

test('a query that waits too long for its snapshot is told so', async () => {
  const { ask } = endlessSnapshots(1);

  void ask(ada);
  const refused = await ask(ada);

  expect(refused).toMatchObject({ errors: [{ message: expect.stringContaining('`lastEventNumber`') }] });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
});

test('an administrator has several snapshots at a time', async () => {
  const { ask, begun } = endlessSnapshots(10_000);

  for (let query = 0; query < 2; query += 1) void ask({ userId: 'backend', isAdmin: true });

  expect(begun()).toBe(2);
});

test('there is no snapshot for an anonymous caller, nor for a closed connection', async () => {
  const { ask, begun } = endlessSnapshots(10_000);

  expect(await ask(null)).toEqual({ data: { syncCursor: null } });
  expect(await ask(ada, () => true)).toMatchObject({ errors: [{ message: 'The connection was closed.' }] });
  expect(begun()).toBe(0);
});
