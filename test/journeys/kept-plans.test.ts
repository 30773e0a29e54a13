import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../src/base/package-root.ts';
import { changeKinds } from '../../src/log/changes/kinds.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { everyStatement } from '../support/every-statement.ts';
import { blocksOf, type Execution, KeptPlans, readingsOf } from '../support/kept-plans.ts';
import { callsWithoutName, isNameOf, namesOfStatements } from '../support/named-statements.ts';
import { StoredTables } from '../support/stored-tables.ts';

/** The statements of changes are checked by log/changes/plans.test.ts, with groups of many changes. */
const ofChanges = new Set<string>(changeKinds.map(({ name }) => name));
/** How many executions of a statement are compared: those with the most values. */
const executionsOfEach = 4;

let database: TestDatabase;
let tables: StoredTables;
let executed: Map<string, Statement[]>;
beforeAll(async () => {
  database = await freshDatabase();
  executed = byName(await everyStatement(database.url));
  tables = await StoredTables.copied(database.url);
});
afterAll(async () => {
  await tables?.close();
  await database.drop();
});

function byName(all: readonly Statement[]): Map<string, Statement[]> {
  const size = ({ values }: Statement) => JSON.stringify(values).length;
  const names = [...new Set(all.map(({ name }) => name))].filter((name) => !ofChanges.has(name));
  return new Map(
    names.map((name) => {
      const bySize = all.filter((one) => one.name === name).toSorted((a, b) => size(b) - size(a));
      return [name, bySize.slice(0, executionsOfEach)];
    }),
  );
}

/** Plans all statements, fills the tables, and executes the statements. */
async function executions(
  statements: ReadonlyMap<string, readonly Statement[]>,
  fillTables: () => Promise<void>,
): Promise<[string, Execution[]][]> {
  const plans = await KeptPlans.open(database.url);
  try {
    await plans.prepare([...statements.values()].map(([first]) => first!));
    await fillTables();
    const found: [string, Execution[]][] = [];
    for (const [name, all] of statements) {
      const made: Execution[] = [];
      for (const statement of all) made.push(await plans.execution(statement));
      found.push([name, made]);
    }
    return found;
  } finally {
    await plans.close();
  }
}

/** Returns what an execution has read that another one, with a good plan, did not need. */
function wastes(kept: Execution, good: Execution): string[] {
  const allowed = 2 * Math.max(...readingsOf(good.plan).map(({ rows }) => rows)) + 100;
  const read = readingsOf(kept.plan).filter(({ rows }) => rows > allowed);
  const blocks = blocksOf(kept) > 2 * blocksOf(good) + 50 ? [`${blocksOf(kept)} blocks, not ${blocksOf(good)}`] : [];
  return [...read.map(({ by, table, rows }) => `${by} of ${rows} rows${table ? ` of ${table}` : ''}`), ...blocks];
}

/** Returns the wastes of statements that were planned while each table had so many rows, once the tables are large. */
async function wastesOf(statements: ReadonlyMap<string, readonly Statement[]>, rows: number) {
  await tables.truncate();
  await tables.restore(rows);
  await tables.count();
  const kept = await executions(statements, () => tables.restore());
  await tables.count();
  const good = new Map(await executions(statements, async () => {}));
  const found = kept.map(([name, all]) => [name, all.flatMap((one, n) => wastes(one, good.get(name)![n]!))] as const);
  return Object.fromEntries(found.filter(([, wasted]) => wasted.length > 0));
}

test('every prepared statement of the server is among those whose plans are checked', () => {
  const paths = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' });
  const ours = paths.filter((path) => path.endsWith('.ts') && !path.includes('generated'));
  const sources = new Map(ours.map((path) => [path, readFileSync(join(packageRoot, 'src', path), 'utf8')]));
  const names = namesOfStatements(sources).filter((name) => !ofChanges.has(name));
  const found = [...executed.keys()];

  expect(names.length).toBeGreaterThan(40); // else this proves nothing
  expect(callsWithoutName(sources)).toEqual([]);
  expect(names.filter((name) => !found.some((one) => isNameOf(name, one)))).toEqual(unreached);
});

/** The first one sets a timeout. The other is 'lock heads' with NOWAIT, for the last free connection. */
const unreached = ['brief locks', 'lock heads now'];

describe.each([
  ['empty', 0],
  ['of one row', 1],
  ['of twenty rows', 20],
])('statements that were planned while the tables were %s', (_state, rows) => {
  test('read only what they need once the tables are large', async () => {
    expect(await wastesOf(executed, rows)).toEqual({});
  });
});

test('the check finds a statement whose plan was good for small tables only', async () => {
  const text = `
    SELECT head."lastSequence" FROM unnest($1::uuid[]) AS want(id) JOIN "RoomHead" head ON head."roomId" = want.id`;
  const values = executed.get('heads')![0]!.values;
  const planted = new Map([['planted', [{ name: 'planted', text, values }]]]);

  expect(await wastesOf(planted, 1)).toHaveProperty('planted');
});
