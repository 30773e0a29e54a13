import { ratioText, short, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** Returns the tables of all rows of the plan. @param {Measured} measured */
export function sections(measured) {
  const write = { pages: pagesSection, unread: unreadSection };
  return measured.plan.flatMap((entry) => {
    const rows = new Rows(entry, measured);
    return rows.names.length > 0 ? write[/** @type {'pages'} */ (entry.scenario)](entry, rows) : [];
  });
}

/** @param {Entry} entry @param {Rows} rows */
function pagesSection({ size }, rows) {
  const [small, large] = size.messages;
  return [
    `## Pages of a room of ${whole(large)} messages, and of one of ${whole(small)}`,
    '',
    '50 messages with their authors, one request after the other: median latency, and CPU of server and PostgreSQL per page.',
    '',
    '### The newest page',
    '',
    ...pagesTable(rows, { small, large, page: 'newest' }),
    '### A page in the middle',
    '',
    ...pagesTable(rows, { small, large, page: 'middle' }),
  ];
}

/** @param {Rows} rows @param {{ small: number, large: number, page: string }} options */
function pagesTable(rows, { small, large, page }) {
  const head = [
    '',
    `of ${whole(small)}, ms`,
    `of ${whole(large)}, ms`,
    'ratio',
    'server, µs',
    'ratio',
    'PostgreSQL, µs',
  ];
  const growth = (/** @type {string} */ name, /** @type {string} */ unit) =>
    ratioText(rows.valueOf(name, `${page}Large${unit}`) / rows.valueOf(name, `${page}Small${unit}`));
  return table(
    [...head, 'ratio'],
    rows.map((name) => [
      rows.spread(name, `${page}SmallMs`, short),
      rows.spread(name, `${page}LargeMs`, short),
      growth(name, 'Ms'),
      rows.spread(name, `${page}LargeServerMicros`, whole),
      growth(name, 'ServerMicros'),
      rows.spread(name, `${page}LargeDatabaseMicros`, whole),
      growth(name, 'DatabaseMicros'),
    ]),
  );
}

/** @param {Entry} entry @param {Rows} rows */
function unreadSection({ size }, rows) {
  return [
    `## ${size.messages.length} memberships with unread counts, rooms of ${whole(size.messages[0])} messages`,
    '',
    'One request for all of them; the viewer has read half of each room.',
    '',
    ...table(
      ['', 'median, ms', 'p99, ms', 'server, µs', 'PostgreSQL, µs'],
      rows.map((name) => [
        rows.spread(name, 'unreadMs', short),
        rows.spread(name, 'unreadP99Ms', short),
        rows.spread(name, 'unreadServerMicros', whole),
        rows.spread(name, 'unreadDatabaseMicros', whole),
      ]),
    ),
  ];
}
