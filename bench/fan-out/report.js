import { median } from '../statistics.js';
import { contestants } from './contestants.js';

/** Values by name, or why there are none. @typedef {{ values?: Record<string, any>, error?: string }} Outcome */
/** By row of the plan, then by contestant, one for each round. @typedef {Record<string, Record<string, Outcome[]>>} Results */
/**
 * @typedef {object} Measured
 * @property {import('./plan.js').Entry[]} plan
 * @property {Results} results
 * @property {string[]} names contestants, in the order of the tables
 */

/** From this on the load's core was the limit. */
const loadBusyShare = 0.95;

/** One outcome in a few words, for the log. @param {Outcome} outcome */
export function brief({ values, error }) {
  if (!values) return `FAILED, ${error}`;
  const numbers = Object.entries(values).filter(([, value]) => value !== null);
  return numbers.map(([name, value]) => `${name} ${typeof value === 'number' ? short(value) : value}`).join(', ');
}

/**
 * The page of results.
 * @param {Measured & { machine: ReturnType<typeof import('../machine.js').describeMachine>, cores: object | null, startedAt: Date, minutes: number, command: string }} run
 */
export function report({ plan, results, names, machine, cores, startedAt, minutes, command }) {
  const sections = plan.map((entry) => sectionOf(entry, { plan, results, names }));
  return [
    '# Fan-out',
    '',
    `\`${command}\`, ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${minutes.toFixed(1)} minutes,`,
    `commit ${machine.commit}${machine.isClean ? '' : ' with changes'}.`,
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, Node.js ${machine.node};`,
    `${cores ? 'server pinned to one core, load to another' : 'server and load **not pinned** to cores of their own'};`,
    `load average before the run ${machine.loadAverage.toFixed(1)}.`,
    'Medians of the rounds, with the lowest and highest where there were several. How it is measured: [README](../README.md).',
    '',
    ...sections.flat(),
    ...failures({ plan, results, names }),
  ].join('\n');
}

/** @param {import('./plan.js').Entry} entry @param {Measured} measured @returns {string[]} */
function sectionOf(entry, measured) {
  const write = { room: roomSection, rooms: roomsSection, idle: idleSection, slow: slowSection, cut: cutSection };
  const rows = new Rows(entry, measured);
  return rows.names.length > 0 ? write[/** @type {'rooms'} */ (entry.scenario)](entry, rows, measured) : [];
}

/** @param {import('./plan.js').Entry} entry @param {Rows} rows */
function roomSection({ size }, rows) {
  const isLimited = (/** @type {string} */ name) => rows.valueOf(name, 'burstLoadBusy') >= loadBusyShare;
  return [
    `## One room, ${whole(size.subscribers)} subscribers`,
    '',
    'One message at a time, the next when all have received the last: server CPU per delivery.',
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
    ...rows.databaseNote('pacedDatabaseMicros'),
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
    ...(rows.names.some(isLimited) ? ['† The load had no time left on its core: the server can do more.', ''] : []),
  ];
}

/** @param {import('./plan.js').Entry} entry @param {Rows} rows @param {Measured} measured */
function roomsSection({ size }, rows, measured) {
  const big = measured.plan.find(({ scenario }) => scenario === 'room');
  const ofBig = big && new Rows(big, measured);
  const ofOneRoom = (/** @type {string} */ name, /** @type {string} */ value) =>
    rows.valueOf(name, value) / (ofBig?.valueOf(name, 'pacedMicros') ?? Number.NaN);
  const unheard = rows.valueOf('parley', 'unheardMicros');
  return [
    `## ${whole(size.rooms)} rooms, ${size.readersPerRoom} subscribers each`,
    '',
    `Server CPU per delivery: one message at a time, the rooms in turn; and one message to each of ${size.roomsAtOnce} rooms at a`,
    'time, then to the next. Alone, a message pays for waking the server up, whoever serves it.',
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
          `Parley stores each message first: a message that nobody hears takes ${micros(unheard)} of its server’s CPU, alone;`,
          `that is ${micros(unheard / size.readersPerRoom)} of each delivery in the first column.`,
          '',
        ]
      : []),
    ...rows.databaseNote('roomsBusyDatabaseMicros'),
  ];
}

/** @param {import('./plan.js').Entry} entry @param {Rows} rows */
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

/** @param {import('./plan.js').Entry} entry @param {Rows} rows */
function slowSection({ size }, rows) {
  const everything = (/** @type {string} */ name) => {
    const missing = rows.valueOf(name, 'slowIncompleteReaders');
    return missing === 0 ? 'yes' : Number.isFinite(missing) ? `no: ${missing} have not` : '–';
  };
  return [
    `## ${size.stopping} of ${whole(size.readers)} readers stop reading for ${size.periodMs / 1000} s`,
    '',
    `${size.perSecond} messages of ${(size.textBytes / 1000).toFixed(1)} KB a second. Growth of the server’s resident memory; 99th percentile of`,
    'the others’ latency, send to receipt, in the time before and meanwhile; and how long until the stopped ones had caught up.',
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

/** @param {import('./plan.js').Entry} entry @param {Rows} rows */
function cutSection({ size }, rows) {
  return [
    `## ${whole(size.readers)} sockets cut at once`,
    '',
    `${size.missed} messages are sent while they are away; all connect again at once and resume after their cursor. Time from`,
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

/** @param {Measured} measured @returns {string[]} */
function failures({ plan, results, names }) {
  const lines = plan.flatMap(({ key }) =>
    names.flatMap((name) =>
      (results[key]?.[name] ?? []).flatMap(({ error }, index) =>
        error ? [`- ${key}, ${contestants[name].title}, round ${index + 1}: ${error}`] : [],
      ),
    ),
  );
  return lines.length > 0 ? ['## Not measured', '', ...lines, ''] : [];
}

/** One row of the plan, contestant by contestant. */
export class Rows {
  names;
  #outcomes;

  /** @param {import('./plan.js').Entry} entry @param {Measured} measured */
  constructor({ key }, { results, names }) {
    this.#outcomes = results[key] ?? {};
    this.names = names.filter((name) => this.#outcomes[name]);
  }

  /** @param {(name: string) => string[]} cells */
  map(cells) {
    return this.names.map((name) => [contestants[name].title, ...cells(name)]);
  }

  /** The median; NaN without one. @param {string} name @param {string} value @returns {number} */
  valueOf(name, value) {
    const values = this.#valuesOf(name, value);
    return values.length > 0 ? median(values) : Number.NaN;
  }

  /** The median, with the lowest and the highest. @param {string} name @param {string} value @param {(value: number) => string} format */
  spread(name, value, format) {
    const values = this.#valuesOf(name, value);
    if (values.length === 0) return '–';
    if (values.length === 1) return format(values[0]);
    return `${format(median(values))} (${format(Math.min(...values))}–${format(Math.max(...values))})`;
  }

  /** @param {string} name @param {string} value @param {string} other */
  ratio(name, value, other) {
    return name === other ? '1' : ratioText(this.valueOf(name, value) / this.valueOf(other, value));
  }

  /** What Parley's database costs beside its server. @param {string} value @returns {string[]} */
  databaseNote(value) {
    const database = this.valueOf('parley', value);
    if (!Number.isFinite(database)) return [];
    return [
      'For Parley each message is a real `sendMessage` over WebSocket, stored in PostgreSQL before it is delivered, and its',
      `figure is the whole Node.js process; PostgreSQL took ${micros(database)} per delivery besides, on the same core.`,
      'The peers make up the message in memory and store nothing.',
      '',
    ];
  }

  /** @param {string} name @param {string} value @returns {number[]} */
  #valuesOf(name, value) {
    return (this.#outcomes[name] ?? []).flatMap(({ values }) =>
      typeof values?.[value] === 'number' ? [values[value]] : [],
    );
  }
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line), ''];
}

/** @param {number} ratio */
function ratioText(ratio) {
  if (!Number.isFinite(ratio)) return '–';
  return ratio >= 10 ? ratio.toFixed(0) : ratio >= 2 ? ratio.toFixed(1) : ratio.toFixed(2);
}

/** Two significant digits or more. @param {number} value */
export function short(value) {
  return Math.abs(value) >= 100 ? whole(value) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** @param {number} value */
export const whole = (value) => Math.round(value).toLocaleString('en');
/** @param {number} value */
export const thousands = (value) => whole(Number(value.toPrecision(3)));
const micros = (/** @type {number} */ value) => `${short(value)} µs`;
const kilobytes = (/** @type {number} */ value) => short(value / 1024);
const megabytes = (/** @type {number} */ value) => short(value / 2 ** 20);
