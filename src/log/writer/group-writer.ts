import { failureOf } from '../../storage/failures.ts';
import { lockRetryMs } from '../../storage/timeouts.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type CommitOptions, commitGroup } from './commit-group.ts';
import type { LockedRooms } from './locked-rooms.ts';
import { eventsByRoom, rejectAll, resolveAll } from './outcomes.ts';
import type { QueuedMessage } from './queued-message.ts';

const awayText = 'The message could not be stored: the database does not answer. Try again.';
const slowText = 'The message could not be stored in time. Try again.';

interface GroupWriterOptions extends CommitOptions {
  /** Called after the commit with the new events of one room, in order. */
  publish: (events: readonly RoomEvent[]) => void;
  locked: LockedRooms;
}

/** Writes groups of messages until each message has an outcome or is set aside because its room is locked. */
export class GroupWriter {
  readonly #options: GroupWriterOptions;

  constructor(options: GroupWriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all messages have an outcome or are set aside. `mayWait`: whether PostgreSQL may wait for locked
   * rooms.
   */
  async write(group: readonly QueuedMessage[], mayWait: boolean): Promise<void> {
    const result = await commitGroup(group, mayWait, this.#options).catch((error: unknown) => ({ error }));
    if (!('error' in result)) {
      for (const events of eventsByRoom(resolveAll(group, result))) this.#options.publish(events);
      return;
    }
    const failure = failureOf(result.error);
    if (failure === 'LOST' || failure === 'NOT_DONE') return rejectAll(group, awayText);
    if (failure === 'TIMED_OUT') return this.#writeUnlocked(group, mayWait);
    if (group.length > 1) return this.#writeHalves(group, mayWait);
    group[0]?.reject(result.error);
  }

  /**
   * Writes the two halves separately. If one message cannot be written, further halving finds it, and all others are
   * written.
   */
  async #writeHalves(group: readonly QueuedMessage[], mayWait: boolean): Promise<void> {
    const middle = Math.ceil(group.length / 2);
    await this.write(group.slice(0, middle), mayWait);
    await this.write(group.slice(middle), mayWait);
  }

  /** Sets aside the messages whose room is locked, and writes the others. */
  async #writeUnlocked(group: readonly QueuedMessage[], mayWait: boolean): Promise<void> {
    const { locked } = this.#options;
    const free = await locked.free([...new Set(group.map(({ draft }) => draft.roomId))]).catch(() => null);
    if (!free) return rejectAll(group, slowText);
    const rest = group.filter(({ draft }) => free.has(draft.roomId));
    for (const message of group) if (!rest.includes(message)) locked.add(message);
    if (rest.length < group.length) return rest.length > 0 ? this.write(rest, mayWait) : undefined;
    // The rooms are free again, or another transaction has locked another row that one of the messages needs.
    if (performance.now() - group[0]!.queuedAt > lockRetryMs) return rejectAll(group, slowText);
    if (group.length > 1) return this.#writeHalves(group, mayWait);
    locked.add(group[0]!);
  }
}
