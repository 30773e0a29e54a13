import { ratioText, short, thousands, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** What a row of the tables is called. @type {Record<string, string>} */
export const titles = {
  send: '`sendMessage`',
  'sign-in': 'guest sign-ins',
  join: 'joins of one stream',
  react: 'reactions in one room',
  edit: 'edits in one room',
  page: 'newest pages of 50',
  memberships: 'lists of 50 memberships',
};

/** From this share on, the load's core is the limit. */
const loadBusyShare = 0.95;

/** Returns the tables. @param {Measured} measured */
export function sections(measured) {
  const { plan, contestants, names } = measured;
  const rows = plan.map((entry) => /** @type {const} */ ([titles[entry.scenario], new Rows(entry, measured)]));
  return [
    ...names.flatMap((name) => [`## ${contestants[name].title}`, '', ...tableOf(rows, name)]),
    ...comparison(rows, 'apollo-prisma', 'Apollo Server, Prisma'),
    ...comparison(rows, 'parley-before', 'its earlier build'),
    'CPU is per operation: of the server process, and of its PostgreSQL on the same core. Each operation is measured between',
    'two measurements of `sendMessage` by 256 people in 50 rooms, on the same server; “of sendMessage” is its rate as a share',
    'of theirs. † The load used all the time of its core: the server can do more.',
    '',
  ];
}

/** @param {(readonly [string, Rows])[]} rows @param {string} name */
function tableOf(rows, name) {
  return table(
    ['', 'a second', 'of `sendMessage`', 'server, µs', 'PostgreSQL, µs', 'together, µs', 'median, ms', 'p99, ms'],
    rows
      .filter(([, row]) => row.names.includes(name))
      .map(([title, row]) => [
        title,
        row.spread(name, 'perSecond', thousands) + (row.valueOf(name, 'loadBusy') >= loadBusyShare ? ' †' : ''),
        row.spread(name, 'ofSends', ratioText),
        row.spread(name, 'serverMicros', whole),
        row.spread(name, 'databaseMicros', whole),
        row.spread(name, 'allMicros', whole),
        row.spread(name, 'p50Ms', short),
        row.spread(name, 'p99Ms', short),
      ]),
  );
}

/** @param {(readonly [string, Rows])[]} rows @param {string} other @param {string} title */
function comparison(rows, other, title) {
  const compared = rows.filter(([, row]) => row.names.includes('parley') && row.names.includes(other));
  if (compared.length === 0) return [];
  return [
    `## Parley beside ${title}`,
    '',
    ...table(
      ['', 'times as many a second', 'of its CPU'],
      compared.map(([operation, row]) => [
        operation,
        row.ratio('parley', 'perSecond', other),
        row.ratio('parley', 'allMicros', other),
      ]),
    ),
  ];
}
