import { ratioText, short, whole } from '../figures.js';
import { table } from '../page.js';
import { Rows } from '../rows.js';

/** @typedef {import('../benchmark.js').Entry} Entry */
/** @typedef {import('../rows.js').Measured} Measured */

/** Returns the tables of all rows of the plan. @param {Measured} measured */
export function sections(measured) {
  const write = { churn: churnSection, notify: notifySection };
  return measured.plan.flatMap((entry) => {
    const rows = new Rows(entry, measured);
    return rows.names.length > 0 ? write[/** @type {'churn'} */ (entry.scenario)](entry, rows) : [];
  });
}

/** @param {Entry} entry @param {Rows} rows */
function churnSection({ size }, rows) {
  const percent = (/** @type {number} */ share) => `${short(share * 100)} %`;
  const kilobytes = (/** @type {number} */ bytes) => `${short(bytes / 1024)} KB`;
  /** @type {[string, string, (value: number) => string][]} */
  const lines = [
    ['server, of a core', 'serverShare', percent],
    ['PostgreSQL, of a core', 'databaseShare', percent],
    ['frames a second', 'framesPerSecond', whole],
    ['frames per second and room, to each follower', 'framesPerRoomSecond', short],
    ['server, a frame', 'frameMicros', (value) => `${short(value)} µs`],
    ['from an arrival until the others see it, median', 'seenP50Ms', (value) => `${whole(value)} ms`],
    ['the same, p99', 'seenP99Ms', (value) => `${whole(value)} ms`],
    ['from the last change until all users know the final state', 'settledMs', (value) => `${whole(value)} ms`],
    ['followers that fell behind and got a new snapshot', 'restarts', whole],
    ['memory a person', 'personBytes', kilobytes],
  ];
  return [
    `## ${whole(size.people)} people in ${whole(size.rooms)} rooms, ${whole(size.perSecond)} arrive or leave per second`,
    '',
    `For ${whole(size.forMs / 1000)} s. Each user received each arrival and each departure once, and nothing else, and in the`,
    'end knew who was present.',
    '',
    ...table(
      ['', 'Parley'],
      lines.map(([title, value, format]) => [title, rows.spread('parley', value, format)]),
    ),
  ];
}

/** @param {Entry} entry @param {Rows} rows */
function notifySection({ size }, rows) {
  const titles = {
    shared: 'notification',
    personal: 'notification with `unread`',
    room: '`roomEvents` of the room, for comparison',
  };
  return [
    `## A message in a room of ${whole(size.people)}, delivered to ${whole(size.followers)} of them`,
    '',
    'One message at a time, the next after all have received it: CPU for each frame.',
    '',
    ...table(
      ['', 'server, µs', 'of `roomEvents`', 'PostgreSQL, µs', 'until all have it, ms'],
      Object.entries(titles).map(([name, title]) => [
        title,
        rows.spread('parley', `${name}Micros`, short),
        ratioText(rows.valueOf('parley', `${name}Micros`) / rows.valueOf('parley', 'roomMicros')),
        rows.spread('parley', `${name}DatabaseMicros`, short),
        rows.spread('parley', `${name}Ms`, short),
      ]),
    ),
  ];
}
