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

export type InTurns = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Lets transactions with the same key go one after the other, in the order in which they came, and `atOnce` of all keys at
 * a time: they never take all connections. One that meets a lock is tried again for a while, and gives way to those of
 * other keys in between; it then fails with all that wait behind it, as it does where the database is away.
 * Rejects with NotDoneError who waits for too long, or behind too many.
 */
export function inTurns(atOnce: number): InTurns {
  /** Those who wait, by key; an entry is there while somebody works. */
  const queues = new Map<string, Set<Turn>>();
  const limited = limitedTo(atOnce);

  return async (key, work) => {
    const queue = queues.get(key);
    if (queue) await turnIn(queue);
    else queues.set(key, new Set());
    try {
      return await triedAgain(() => limited(work), lockPatienceMs);
    } catch (error) {
      if (isOthersToo(error)) for (const turn of [...(queues.get(key) ?? [])]) turn.refuse(error);
      throw error;
    } finally {
      const [next] = queues.get(key) ?? [];
      if (next) next.start();
      else queues.delete(key);
    }
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
