import { failureOf, NotDoneError } from './failures.ts';
import { triedAgain } from './tried-again.ts';

/** How many pieces of work may wait for the same, and how long each may. */
const waitingAtMost = 10_000;
const patienceMs = 30_000;
/** How long a piece of work is tried again while somebody else holds what it needs. */
const lockPatienceMs = 2000;

interface Turn {
  start(): void;
  refuse(error: unknown): void;
}

/** Some work, which calls `holds` once it holds what all others with the same key need too. */
type Work<Result> = (holds: () => void) => Promise<Result>;

export type InTurns = <Result>(key: string, work: Work<Result>) => Promise<Result>;

/** How a piece of work gets on. */
interface Attempts {
  /** Whether the last one got what others with the same key need too. */
  isHeld: boolean;
  /** By the monotonic clock; null before its first turn. */
  givingUpAt: number | null;
}

/**
 * Lets transactions with the same key go one after the other, in the order in which they came, and `atOnce` of all keys at
 * a time: they never take all connections. One that meets a lock is tried again for a while, and gives way to those of
 * other keys in between. If it is the lock of the key itself that it does not get, or the database, it fails with all that
 * wait behind it; one that meets another lock gives way to those as well.
 * Rejects with NotDoneError who waits for too long, or behind too many.
 */
export function inTurns(atOnce: number): InTurns {
  /** Those who wait, by key; an entry is there while somebody works. */
  const queues = new Map<string, Set<Turn>>();
  const limited = limitedTo(atOnce);

  async function inTurn<Result>(key: string, work: Work<Result>, own: Attempts): Promise<Result> {
    own.isHeld = false;
    const queue = queues.get(key);
    if (queue) await turnIn(queue);
    else queues.set(key, new Set());
    own.givingUpAt ??= performance.now() + lockPatienceMs;
    const holds = () => {
      own.isHeld = true;
    };
    try {
      return await triedAgain(() => limited(() => work(holds)), {
        givingUpAt: own.givingUpAt,
        isInVain: () => own.isHeld,
      });
    } catch (error) {
      if (!own.isHeld && isOthersToo(error)) for (const turn of [...(queues.get(key) ?? [])]) turn.refuse(error);
      throw error;
    } finally {
      const [next] = queues.get(key) ?? [];
      if (next) next.start();
      else queues.delete(key);
    }
  }

  return async (key, work) => {
    const own: Attempts = { isHeld: false, givingUpAt: null };
    const isRefused = () => !own.isHeld || performance.now() > (own.givingUpAt ?? 0);
    return triedAgain(() => inTurn(key, work, own), { givingUpAt: Number.POSITIVE_INFINITY, isInVain: isRefused });
  };
}

/** Whether nothing was done for a reason that those who wait for the same would meet too. */
function isOthersToo(error: unknown): boolean {
  return ['TIMED_OUT', 'NOT_DONE'].includes(failureOf(error) ?? '');
}

/** Resolves when it is this one's turn. */
async function turnIn(queue: Set<Turn>): Promise<void> {
  if (queue.size >= waitingAtMost) throw new NotDoneError('Too many changes are waiting.');
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      queue.delete(turn);
    };
    const turn: Turn = {
      start: () => {
        leave();
        resolve();
      },
      refuse: (error) => {
        leave();
        reject(error as Error);
      },
    };
    const late = () => turn.refuse(new NotDoneError('Too many changes came before this one.'));
    const timer = setTimeout(late, patienceMs);
    queue.add(turn);
  });
}

/** Lets so many pieces of work go at a time, in the order in which they came. */
function limitedTo(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting = new Set<Turn>();
  let underWay = 0;
  return async (work) => {
    if (underWay < atOnce) underWay += 1;
    else await turnIn(waiting);
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next) next.start();
      else underWay -= 1;
    }
  };
}
