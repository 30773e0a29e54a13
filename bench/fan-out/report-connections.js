import { ratioText, short, whole } from '../figures.js';
import { table } from '../page.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Rows} Rows */

/** @param {Entry} entry @param {Rows} rows */
export function idleSection({ size }, rows) {
  return [
    `## ${whole(size.connections)} idle connections, one subscription each`,
    '',
    'Growth of the server’s resident memory per connection.',
    '',
    ...table(
      ['', 'KB per connection', 'of Socket.IO', 'of Apollo'],
      rows.map((name) => [
        rows.spread(name, 'idleBytes', kilobytes),
        rows.ratio(name, 'idleBytes', 'socket-io'),
        rows.ratio(name, 'idleBytes', 'apollo'),
      ]),
    ),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
export function slowSection({ size }, rows) {
  const everything = (/** @type {string} */ name) => {
    const missing = rows.valueOf(name, 'slowIncompleteReaders');
    return missing === 0 ? 'yes' : Number.isFinite(missing) ? `no: ${missing} have not` : '–';
  };
  return [
    `## ${size.stopping} of ${whole(size.readers)} readers stop reading for ${size.periodMs / 1000} s`,
    '',
    `${size.perSecond} messages of ${(size.textBytes / 1000).toFixed(1)} KB a second. Growth of the server’s resident memory; 99th percentile of`,
    'the others’ latency, send to receipt, before and during that time; and how long the stopped readers then took to catch up.',
    '',
    ...table(
      [
        '',
        'memory, MB',
        'p99 before, ms',
        'p99 meanwhile, ms',
        'ratio',
        'caught up after, ms',
        'all have everything, once',
      ],
      rows.map((name) => [
        rows.spread(name, 'slowGrowthBytes', megabytes),
        rows.spread(name, 'slowP99BeforeMs', short),
        rows.spread(name, 'slowP99DuringMs', short),
        ratioText(rows.valueOf(name, 'slowP99DuringMs') / rows.valueOf(name, 'slowP99BeforeMs')),
        rows.spread(name, 'slowCaughtUpMs', short),
        everything(name),
      ]),
    ),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
export function cutSection({ size }, rows) {
  return [
    `## ${whole(size.readers)} sockets cut at once`,
    '',
    `${size.missed} messages are sent while they are disconnected; all reconnect at once and resume. Time and CPU from the cut until`,
    'every reader has every message, once. graphql-ws replays nothing, so for it no message is sent, and the time is until the',
    'last subscription is accepted.',
    '',
    ...table(
      [
        '',
        'all back after, ms',
        'of graphql-ws',
        'of Socket.IO',
        'server, ms',
        'PostgreSQL, ms',
        'SQL statements for replays',
        'readers with a fault',
      ],
      rows.map((name) => [
        rows.spread(name, 'cutResumedMs', short),
        rows.ratio(name, 'cutResumedMs', 'graphql-ws'),
        rows.ratio(name, 'cutResumedMs', 'socket-io-recovery'),
        rows.spread(name, 'cutServerMs', short),
        rows.spread(name, 'cutDatabaseMs', short),
        rows.spread(name, 'cutStatements', whole),
        rows.spread(name, 'cutFaultyReaders', whole),
      ]),
    ),
  ];
}

const kilobytes = (/** @type {number} */ value) => short(value / 1024);
const megabytes = (/** @type {number} */ value) => short(value / 2 ** 20);
