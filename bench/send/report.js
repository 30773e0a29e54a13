import { ratioText, short, thousands, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** Returns the tables of all rows of the plan. @param {Measured} measured */
export function sections(measured) {
  const write = { rooms: roomsSection, rate: rateSection, hot: hotSection, single: singleSection };
  return measured.plan.flatMap((entry) => {
    const rows = new Rows(entry, measured);
    return rows.names.length > 0 ? write[/** @type {'rooms'} */ (entry.scenario)](entry, rows, measured) : [];
  });
}

/** @param {Entry} entry @param {Rows} rows */
function roomsSection({ size }, rows) {
  return [
    `## ${size.people} people in ${size.rooms} rooms`,
    '',
    'Each has one message in progress and sends the next after its acknowledgement. CPU is per message, of the processes that',
    'share the cores.',
    '',
    ...throughput(rows),
    'Half as many messages per second, at a constant rate, acknowledged or not: from when a message was due until it was',
    'acknowledged.',
    '',
    ...table(
      ['', 'messages/s', 'median, ms', 'p99, ms'],
      rows.map((name) => [
        rows.spread(name, 'halfPerSecond', thousands),
        rows.spread(name, 'halfP50Ms', short),
        rows.spread(name, 'halfP99Ms', short),
      ]),
    ),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
function rateSection({ size }, rows) {
  return [
    `## ${size.people} people in ${size.rooms} rooms, all servers at the same rate`,
    '',
    'A constant rate, half of what `ws` with a statement each can do: from when a message was due until it was acknowledged.',
    '',
    ...table(
      ['', 'messages/s', 'median, ms', 'p99, ms', 'p99 of ws', 'server, µs', 'PostgreSQL, µs'],
      rows.map((name) => [
        rows.spread(name, 'perSecond', thousands),
        rows.spread(name, 'p50Ms', short),
        rows.spread(name, 'p99Ms', short),
        rows.ratio(name, 'p99Ms', 'ws-pg'),
        rows.spread(name, 'serverMicros', whole),
        rows.spread(name, 'databaseMicros', whole),
      ]),
    ),
  ];
}

/** @param {Entry} entry @param {Rows} rows @param {Measured} measured */
function hotSection({ size }, rows, measured) {
  const many = measured.plan.find(({ scenario }) => scenario === 'rooms');
  const ofMany = many && new Rows(many, measured);
  const share = (/** @type {string} */ name) =>
    ratioText(rows.valueOf(name, 'perSecond') / (ofMany?.valueOf(name, 'perSecond') ?? Number.NaN));
  const column = { head: `of ${many?.size.rooms ?? 'many'} rooms`, cell: share };
  return [`## ${size.people} people in one room`, '', ...throughput(rows, column)];
}

/** @param {Entry} _entry @param {Rows} rows */
function singleSection(_entry, rows) {
  return [
    '## One person alone',
    '',
    'The next message is sent after the last one is acknowledged: from send to acknowledgement.',
    '',
    ...table(
      ['', 'median, ms', 'p99, ms', 'of `pg` alone'],
      rows.map((name) => [
        rows.spread(name, 'p50Ms', short),
        rows.spread(name, 'p99Ms', short),
        rows.ratio(name, 'p50Ms', 'pg'),
      ]),
    ),
  ];
}

/** @param {Rows} rows @param {{ head: string, cell: (name: string) => string }} [column] a further one */
function throughput(rows, column) {
  const head = ['', 'messages/s', 'of Apollo', 'of ws', 'server, µs', 'PostgreSQL, µs', 'load, µs'];
  return table(
    column ? [...head, column.head] : head,
    rows.map((name) => [
      rows.spread(name, 'perSecond', thousands),
      rows.ratio(name, 'perSecond', 'apollo-prisma'),
      rows.ratio(name, 'perSecond', 'ws-pg'),
      rows.spread(name, 'serverMicros', whole),
      rows.spread(name, 'databaseMicros', whole),
      rows.spread(name, 'loadMicros', whole),
      ...(column ? [column.cell(name)] : []),
    ]),
  );
}
