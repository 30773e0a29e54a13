import { readOptions } from '../options.js';
import { contestants } from './contestants.js';

/** Messages in a burst to 1,000 subscribers or fewer. To more, it has as many deliveries, because some peers are slow. */
const burstMessages = 300;
const burstDeliveries = 100_000;

/** Nearly the longest texts, in characters of four bytes: 20 per second for 30 s are 9.5 MB for each stopped reader. */
const steadyLoad = { perSecond: 20, textBytes: 15_800 };

const fullSizes = {
  room: { pacedMs: 4000, burstMessages, burstMs: 1000 },
  rooms: { rooms: 2000, readersPerRoom: 5, roomsAtOnce: 100, pacedMs: 3000 },
  idle: { connections: 10_000, calmMs: 2000 },
  slow: { readers: 1000, stopping: 100, ...steadyLoad, periodMs: 30_000, catchUpMs: 20_000 },
  cut: { readers: 5000, missed: 100, withinMs: 60_000 },
};

const quickSizes = {
  room: { pacedMs: 300, burstMessages: 20, burstMs: 0 },
  rooms: { rooms: 60, readersPerRoom: 5, roomsAtOnce: 30, pacedMs: 300 },
  idle: { connections: 500, calmMs: 600 },
  slow: { readers: 200, stopping: 20, ...steadyLoad, periodMs: 1500, catchUpMs: 10_000 },
  cut: { readers: 200, missed: 20, withinMs: 20_000 },
};

/** Open files of each process besides the sockets of readers. */
const spareFiles = 200;

/** Reads the command line. */
export function readFanOutOptions() {
  const options = readOptions({
    name: 'fan-out',
    contestants: Object.keys(contestants),
    scenarios: Object.keys(fullSizes),
    numbers: {
      subscribers: 'sizes of the one room, such as 1000,5000',
      burst: 'messages sent at once; default 300, fewer above 1,000 subscribers',
    },
  });
  const { subscribers, burst } = options.numbers;
  return {
    ...options,
    subscribers: subscribers ?? (options.quick ? [1000] : [1000, 5000]),
    burst: burst?.[0] ?? null,
  };
}

/**
 * Returns what is measured, at which size and how often. Memory and slow readers take long and vary little, so they are
 * measured once, and so is the one room at further sizes.
 * @param {ReturnType<typeof readFanOutOptions>} options
 * @returns {import('../benchmark.js').Entry[]}
 */
export function planOf({ quick, scenarios, subscribers, rounds, burst }) {
  const sizes = quick ? quickSizes : fullSizes;
  const entries = [
    ...subscribers.map((count, index) => ({
      key: `room-${count}`,
      scenario: 'room',
      size: { ...sizes.room, subscribers: count, burstMessages: burst ?? burstFor(count, sizes.room.burstMessages) },
      files: count + spareFiles,
      rounds: index === 0 ? rounds : 1,
      timeoutMs: 150_000,
    })),
    entry('rooms', sizes.rooms, { readers: sizes.rooms.rooms * sizes.rooms.readersPerRoom, rounds }),
    entry('idle', sizes.idle, { readers: sizes.idle.connections }),
    entry('slow', sizes.slow, { readers: sizes.slow.readers }),
    entry('cut', sizes.cut, { readers: sizes.cut.readers, rounds }),
  ];
  return entries.filter(({ scenario }) => scenarios.includes(scenario));
}

/** @param {string} scenario @param {object} size @param {{ readers: number, rounds?: number }} options @returns {import('../benchmark.js').Entry} */
function entry(scenario, size, { readers, rounds = 1 }) {
  return { key: scenario, scenario, size, files: readers + spareFiles, rounds, timeoutMs: 150_000 };
}

/** @param {number} subscribers @param {number} messages */
function burstFor(subscribers, messages) {
  return subscribers <= 1000 ? messages : Math.min(messages, Math.ceil(burstDeliveries / subscribers));
}
