import { short, thousands, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';
import { cutSection, idleSection, slowSection } from './report-connections.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** From this share on, the load's core is the limit. */
const loadBusyShare = 0.95;

/** The contestants that the tables compare the others with. */
const comparisons = [
  { other: 'ws-pg', head: 'ws that stores' },
  { other: 'socket-io-pg', head: 'Socket.IO that stores' },
  { other: 'nats', head: 'NATS' },
  { other: 'socket-io', head: 'Socket.IO' },
  { other: 'apollo', head: 'Apollo' },
];

const cpuNote = [
  'CPU is of the server process, then of its PostgreSQL, on the same core; ratios are of both together. Parley and the',
  'peers that store get each message from a client over WebSocket and commit it before they deliver it. The others create',
  'the message in memory.',
  '',
];

/** Returns the tables of all rows of the plan. @param {Measured} measured */
export function sections(measured) {
  return measured.plan.flatMap((entry) => sectionOf(entry, measured));
}

/** @param {Entry} entry @param {Measured} measured @returns {string[]} */
function sectionOf(entry, measured) {
  const write = { room: roomSection, rooms: roomsSection, idle: idleSection, slow: slowSection, cut: cutSection };
  const rows = new Rows(entry, measured);
  return rows.names.length > 0 ? write[/** @type {'rooms'} */ (entry.scenario)](entry, rows) : [];
}

/** @param {Entry} entry @param {Rows} rows */
function roomSection({ size }, rows) {
  const isLimited = (/** @type {string} */ name) => rows.valueOf(name, 'burstLoadBusy') >= loadBusyShare;
  return [
    `## One room, ${whole(size.subscribers)} subscribers`,
    '',
    'One message at a time, the next after all have received the last one: CPU per delivery.',
    '',
    ...table(
      ['', 'server, µs', 'PostgreSQL, µs', ...comparisons.map(({ head }) => `of ${head}`)],
      rows.map((name) => [
        rows.spread(name, 'pacedMicros', short),
        rows.spread(name, 'pacedDatabaseMicros', short),
        ...comparisons.map(({ other }) => rows.ratio(name, 'pacedAllMicros', other)),
      ]),
    ),
    ...cpuNote,
    `${whole(size.burstMessages)} messages sent at once: deliveries per second from the first send to the last delivery.`,
    '',
    ...table(
      ['', 'deliveries/s', ...comparisons.map(({ head }) => `times ${head}`), 'server, µs', 'PostgreSQL, µs'],
      rows.map((name) => [
        rows.spread(name, 'burstPerSecond', thousands) + (isLimited(name) ? ' †' : ''),
        ...comparisons.map(({ other }) => rows.ratio(name, 'burstPerSecond', other)),
        rows.spread(name, 'burstMicros', short),
        rows.spread(name, 'burstDatabaseMicros', short),
      ]),
    ),
    ...(rows.names.some(isLimited) ? ['† The load used all the time of its core: the server can do more.', ''] : []),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
function roomsSection({ size }, rows) {
  return [
    `## ${whole(size.rooms)} rooms, ${size.readersPerRoom} subscribers each`,
    '',
    'CPU per delivery. One message at a time, room after room: this includes the cost of waking the server up, for every',
    'contestant.',
    '',
    ...roomsTable(rows, 'rooms'),
    `One message to each of ${size.roomsAtOnce} rooms at a time, then to the next ${size.roomsAtOnce}:`,
    '',
    ...roomsTable(rows, 'roomsBusy'),
    ...cpuNote,
    ...unheardNote(rows, size),
  ];
}

/** @param {Rows} rows @param {string} values prefix of the names of the values */
function roomsTable(rows, values) {
  return table(
    ['', 'server, µs', 'PostgreSQL, µs', ...comparisons.map(({ head }) => `of ${head}`)],
    rows.map((name) => [
      rows.spread(name, `${values}Micros`, short),
      rows.spread(name, `${values}DatabaseMicros`, short),
      ...comparisons.map(({ other }) => rows.ratio(name, `${values}AllMicros`, other)),
    ]),
  );
}

/** @param {Rows} rows @param {any} size */
function unheardNote(rows, { readersPerRoom }) {
  const alone = rows.valueOf('parley', 'unheardMicros');
  if (!Number.isFinite(alone)) return [];
  return [
    `A message without readers that is sent alone takes ${short(alone)} µs of CPU of Parley’s server; that is`,
    `${short(alone / readersPerRoom)} µs of each delivery in the first table.`,
    '',
  ];
}
