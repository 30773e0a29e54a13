import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { isModerating } from '../../src/access/rank.ts';
import { refusalOf, roomPermissions } from '../../src/access/rights.ts';
import { schema } from '../../src/schema.ts';
import { makeAdmin } from '../support/administrators.ts';
import { answerOf, inTurn, noIds, seenIn } from '../support/rights-answers.ts';
import { type Cell, type CellCast, cells, insertCells, isAdmin } from '../support/rights-cells.ts';
import { type Row, rows, shownTo, withoutRight } from '../support/rights-rows.ts';
import { seeds } from '../support/seeds.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, plain, admin } = await withServer('Ada', 'Grace', 'Plain', 'Admin');
beforeAll(() => makeAdmin(server, admin));

const castOf = (cell: Cell): CellCast => ({ actor: isAdmin(cell) ? admin : plain, owner: ada, target: grace });

/** Usual runs execute a quarter of the cells of each operation, each another one. */
const parts = seeds({ few: 1, many: 4 });
const executions = rows.flatMap((row, at) =>
  cells
    .filter((_, index) => parts.includes(1 + ((Math.floor(index / 4) + index + at) % 4)))
    .map((cell) => ({ row, cell })),
);

test('every operation of the schema says which right it takes, or why it takes none', () => {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = types.flatMap((type) => Object.keys(type?.getFields() ?? {}));

  const known = new Set([...rows.map(({ field }) => field), ...Object.keys(withoutRight)]);

  expect(fields.filter((field) => !known.has(field))).toEqual([]);
});

describe('every operation on a room', () => {
  let answers: { row: Row; cell: Cell; code: string | null }[];
  beforeAll(async () => {
    const ids = await insertCells(
      server.app.services.query,
      executions.map(({ cell }) => ({ cell, cast: castOf(cell) })),
    );
    answers = await inTurn(
      executions.map((execution, at) => async () => ({
        ...execution,
        code: await answerOf(server, execution.row, { ids: ids[at]!, cast: castOf(execution.cell) }),
      })),
    );
  }, 600_000);

  test.each([...new Set(rows.map(({ field }) => field))])('%s is answered as the table says', (field) => {
    const own = answers.filter(({ row }) => row.field === field);

    expect(own.length).toBeGreaterThan(50);
    const shown = ({ cell, row }: { cell: Cell; row: Row }, code: string | null) => {
      const { persona, kind, postingPolicy, archivedAt } = cell;
      return `${row.operation(noIds)}: ${persona}, ${kind}, ${postingPolicy}, ${archivedAt ? 'archived' : 'open'}: ${code}`;
    };
    expect(own.map((each) => shown(each, each.code))).toEqual(
      own.map((each) => shown(each, each.row.expected(each.cell))),
    );
  });
});

test.each(Object.keys(shownTo) as (keyof typeof shownTo)[])(
  'every field of %s says to whom it shows something',
  (type) => {
    const fields = Object.keys((schema.getType(type) as GraphQLObjectType).getFields());

    expect(fields.filter((field) => !(field in shownTo[type]))).toEqual([]);
  },
);

test('fields of members and messages show only what the viewer may see, in every cell', async () => {
  const ids = await insertCells(
    server.app.services.query,
    cells.map((cell) => ({ cell, cast: castOf(cell) })),
  );

  const seen = await inTurn(cells.map((cell, at) => () => seenIn(castOf(cell).actor, ids[at]!)));

  const expected = cells.map((cell) => {
    if (refusalOf('READ', cell, cell.rank)) return 'nothing';
    const moderates = isModerating(cell.rank);
    return { reason: moderates ? 'Why' : null, level: null, readState: null, reference: null, states: moderates };
  });
  expect(seen).toEqual(expected);
});

test('the permissions of the viewer are those of the table in every cell', async () => {
  const ids = await insertCells(
    server.app.services.query,
    cells.map((cell) => ({ cell, cast: castOf(cell) })),
  );

  const shown = await inTurn(
    cells.map((cell, at) => async () => {
      const operation = `{ room(id: "${ids[at]!.room}") { viewerPermissions } }`;
      const { data } = (await castOf(cell).actor.tryAsk(operation)) as {
        data: { room: { viewerPermissions: string[] } | null };
      };
      return data.room?.viewerPermissions ?? [];
    }),
  );

  const expected = cells.map((cell) =>
    roomPermissions.filter((permission) => refusalOf(permission, cell, cell.rank) === null),
  );
  expect(shown).toEqual(expected);
  expect(new Set(expected.map(String)).size).toBeGreaterThan(12);
});
