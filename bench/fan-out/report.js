import { ratioText, short, thousands, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** From this share on, the load's core is the limit. */
const loadBusyShare = 0.95;

/** Returns the tables of all rows of the plan. @param {Measured} measured */
export function sections(measured) {
  return measured.plan.flatMap((entry) => sectionOf(entry, measured));
}

/** @param {Entry} entry @param {Measured} measured @returns {string[]} */
function sectionOf(entry, measured) {
  const write = { room: roomSection, rooms: roomsSection, idle: idleSection, slow: slowSection, cut: cutSection };
  const rows = new Rows(entry, measured);
  return rows.names.length > 0 ? write[/** @type {'rooms'} */ (entry.scenario)](entry, rows, measured) : [];
}

/** @param {Entry} entry @param {Rows} rows */
function roomSection({ size }, rows) {
  const isLimited = (/** @type {string} */ name) => rows.valueOf(name, 'burstLoadBusy') >= loadBusyShare;
  return [
    `## One room, ${whole(size.subscribers)} subscribers`,
    '',
    'One message at a time, the next after all have received the last one: server CPU per delivery.',
    '',
    ...table(
      ['', 'µs per delivery', 'of ws, pre-built', 'of Socket.IO', 'of Apollo'],
      rows.map((name) => [
        rows.spread(name, 'pacedMicros', short),
        rows.ratio(name, 'pacedMicros', 'raw-ws-prebuilt'),
        rows.ratio(name, 'pacedMicros', 'socket-io'),
        rows.ratio(name, 'pacedMicros', 'apollo'),
      ]),
    ),
    ...databaseNote(rows, 'pacedDatabaseMicros'),
    `${whole(size.burstMessages)} messages sent at once: deliveries per second from the first send to the last delivery.`,
    '',
    ...table(
      ['', 'deliveries/s', 'times Socket.IO', 'times Apollo', 'µs of CPU per delivery'],
      rows.map((name) => [
        rows.spread(name, 'burstPerSecond', thousands) + (isLimited(name) ? ' †' : ''),
        rows.ratio(name, 'burstPerSecond', 'socket-io'),
        rows.ratio(name, 'burstPerSecond', 'apollo'),
        rows.spread(name, 'burstMicros', short),
      ]),
    ),
    ...(rows.names.some(isLimited) ? ['† The load used all the time of its core: the server can do more.', ''] : []),
  ];
}

/** @param {Entry} entry @param {Rows} rows @param {Measured} measured */
function roomsSection({ size }, rows, measured) {
  const big = measured.plan.find(({ scenario }) => scenario === 'room');
  const ofBig = big && new Rows(big, measured);
  const ofOneRoom = (/** @type {string} */ name, /** @type {string} */ value) =>
    rows.valueOf(name, value) / (ofBig?.valueOf(name, 'pacedMicros') ?? Number.NaN);
  const unheard = rows.valueOf('parley', 'unheardMicros');
  return [
    `## ${whole(size.rooms)} rooms, ${size.readersPerRoom} subscribers each`,
    '',
    `Server CPU per delivery: one message at a time, room after room; and one message to each of ${size.roomsAtOnce} rooms at a`,
    'time, then to the next. A message that is sent alone includes the cost of waking the server up, for every contestant.',
    '',
    ...table(
      [
        '',
        'one at a time, µs',
        'of its one room',
        `${size.roomsAtOnce} rooms at a time, µs`,
        'of its one room',
        'of Socket.IO',
        'of Apollo',
      ],
      rows.map((name) => [
        rows.spread(name, 'roomsMicros', short),
        ratioText(ofOneRoom(name, 'roomsMicros')),
        rows.spread(name, 'roomsBusyMicros', short),
        ratioText(ofOneRoom(name, 'roomsBusyMicros')),
        rows.ratio(name, 'roomsBusyMicros', 'socket-io'),
        rows.ratio(name, 'roomsBusyMicros', 'apollo'),
      ]),
    ),
    ...(Number.isFinite(unheard)
      ? [
          `Parley stores each message first: a message without readers that is sent alone takes ${micros(unheard)} of its server’s CPU;`,
          `that is ${micros(unheard / size.readersPerRoom)} of each delivery in the first column.`,
          '',
        ]
      : []),
    ...databaseNote(rows, 'roomsBusyDatabaseMicros'),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
function idleSection({ size }, rows) {
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
function slowSection({ size }, rows) {
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
function cutSection({ size }, rows) {
  return [
    `## ${whole(size.readers)} sockets cut at once`,
    '',
    `${size.missed} messages are sent while they are disconnected; all reconnect at once and resume after their cursor. Time from`,
    'the cut until every reader has every message, once and in order. No peer can resume.',
    '',
    ...table(
      ['', 'all resumed after, ms', 'server CPU, ms', 'SQL statements for replays', 'readers with a fault'],
      rows.map((name) => [
        rows.spread(name, 'cutResumedMs', short),
        rows.spread(name, 'cutServerMs', short),
        rows.spread(name, 'cutStatements', whole),
        rows.spread(name, 'cutFaultyReaders', whole),
      ]),
    ),
  ];
}

/** Returns a note on the cost of Parley's database, besides its server. @param {Rows} rows @param {string} value @returns {string[]} */
function databaseNote(rows, value) {
  const database = rows.valueOf('parley', value);
  if (!Number.isFinite(database)) return [];
  return [
    'For Parley each message is a real `sendMessage` over WebSocket, stored in PostgreSQL before it is delivered, and its',
    `figure is the whole Node.js process. PostgreSQL took another ${micros(database)} per delivery, on the same core.`,
    'The peers create the message in memory and store nothing.',
    '',
  ];
}

const micros = (/** @type {number} */ value) => `${short(value)} µs`;
const kilobytes = (/** @type {number} */ value) => short(value / 1024);
const megabytes = (/** @type {number} */ value) => short(value / 2 ** 20);
