import { throttledWarning } from '../../base/throttled-warning.ts';
import { failureOf } from '../../storage/failures.ts';
import { lockRetryMs } from '../../storage/timeouts.ts';
import type { RoomEvent } from '../events/kinds.ts';
import { type Attempt, type CommitOptions, type Committed, commitGroup } from './commit-group.ts';
import type { Group } from './group.ts';
import { isLaneClosed } from './lane.ts';
import type { LockedRooms } from './locked-rooms.ts';
import { eventsByRoom, type Outcomes, outcomesOf, rejectAll } from './outcomes.ts';
import { type QueuedChange, withSteps } from './queued-change.ts';

const awayText = 'The change could not be stored: the database does not answer. Try again.';
const slowText = 'The change could not be stored in time. Try again.';

interface GroupWriterOptions extends CommitOptions {
  /** Called after the commit with the new events of one room, in order. */
  publish: (events: readonly RoomEvent[]) => void;
  /** Called with refused changes that are to be tried with other steps, in their order. */
  retry: (changes: readonly QueuedChange[]) => void;
  locked: LockedRooms;
}

/** A group, or a part of it. */
interface Searching extends Attempt {
  /** Changes that wait for a locked room, after the group. */
  aside: Set<QueuedChange>;
  /** Changes that are tried again with other steps, after the group. */
  again: QueuedChange[];
}

/** Writes groups of changes until each change has an outcome, is tried in another way, or waits for its locked room. */
export class GroupWriter {
  readonly #options: GroupWriterOptions;
  readonly #warn: (error: unknown) => void;

  constructor(options: GroupWriterOptions) {
    this.#options = options;
    this.#warn = throttledWarning(options.log, { message: 'changes of rooms could not be stored', everyMs: 1000 });
  }

  /** Resolves when the writer is done with all changes. */
  async write(group: Group): Promise<void> {
    const aside = new Set<QueuedChange>();
    const again: QueuedChange[] = [];
    await this.#write({ ...group, aside, again });
    // Only now: as long as the group is under way, no other one has changes of its authors.
    for (const change of group.changes) if (aside.has(change)) this.#options.locked.add(change);
    this.#options.retry(again);
  }

  async #write(attempt: Searching): Promise<void> {
    const changes = attempt.changes.filter((change) => !this.#isPostponed(change, attempt));
    if (changes.length === 0) return;
    const result = await commitGroup({ ...attempt, changes }, this.#options).catch((error: unknown) => ({ error }));
    if (!('error' in result)) return this.#settle(changes, result, attempt.again);
    const failure = failureOf(result.error);
    if (failure === 'LOST' || failure === 'NOT_DONE' || isLaneClosed(result.error)) {
      this.#warn(result.error);
      return rejectAll(changes, awayText);
    }
    if (failure === 'TIMED_OUT') return this.#writeUnlocked({ ...attempt, changes });
    if (changes.length > 1) return this.#writeHalves({ ...attempt, changes });
    changes[0]?.reject(result.error);
  }

  /** Postpones a change if an earlier one of its author is postponed, in the same way, and returns whether it did. */
  #isPostponed(change: QueuedChange, { aside, again }: Searching): boolean {
    const isSame = ({ author }: QueuedChange) => author === change.author;
    if ([...aside].some(isSame)) aside.add(change);
    else if (again.some(isSame)) again.push(change);
    else return false;
    return true;
  }

  /** Gives each change its outcome. The group is committed: if the answers cannot be read, the callers get that error. */
  #settle(changes: readonly QueuedChange[], committed: readonly Committed[], again: QueuedChange[]): void {
    try {
      const outcomes = outcomesOf(changes, committed);
      again.push(...this.#resolve(changes, outcomes));
      for (const events of eventsByRoom(outcomes.events)) this.#options.publish(events);
    } catch (error) {
      this.#options.log.error({ err: error }, 'the answers of a group could not be used');
      // Those that have an outcome keep it.
      for (const { reject } of changes) reject(error);
    }
  }

  /**
   * Resolves changes, and returns those that are to be tried in another way. Later changes of their authors are tried again
   * with them: none of those was written, as the author was not a member yet.
   */
  #resolve(changes: readonly QueuedChange[], { byStep }: Outcomes): QueuedChange[] {
    const triedAgain = new Set<string>();
    return changes.flatMap((queued) => {
      if (triedAgain.has(queued.author)) return queued;
      const [step] = queued.steps;
      const outcome = byStep.get(queued.steps.at(-1)!);
      const instead = queued.steps.length === 1 ? step?.kind.insteadOf?.(step.change, outcome) : null;
      if (instead) triedAgain.add(queued.author);
      if (instead) return withSteps(queued, instead);
      queued.resolve(outcome);
      return [];
    });
  }

  /**
   * Writes the two halves separately. If one change cannot be written, further halving finds it, and all others are
   * written.
   */
  async #writeHalves({ changes, ...how }: Searching): Promise<void> {
    const middle = Math.ceil(changes.length / 2);
    await this.#write({ ...how, changes: changes.slice(0, middle) });
    await this.#write({ ...how, changes: changes.slice(middle) });
  }

  /** Sets aside the changes whose room is locked, and writes the others. */
  async #writeUnlocked(attempt: Searching): Promise<void> {
    const { locked } = this.#options;
    const { changes, aside } = attempt;
    const free = await locked.free([...new Set(changes.map(({ roomId }) => roomId))]).catch(() => null);
    if (!free) return rejectAll(changes, slowText);
    const rest = changes.filter(({ roomId }) => free.has(roomId));
    for (const change of changes) if (!free.has(change.roomId)) aside.add(change);
    if (rest.length < changes.length) return this.#write({ ...attempt, changes: rest });
    // The rooms are free again, or another transaction has locked another row that one of the changes needs.
    // The change that needs the row has been tried for long. Those that came to its group later are tried without it.
    const oldest = performance.now() - lockRetryMs;
    const others = changes.filter(({ queuedAt }) => queuedAt >= oldest);
    if (others.length < changes.length) {
      rejectAll(
        changes.filter(({ queuedAt }) => queuedAt < oldest),
        slowText,
      );
      return this.#write({ ...attempt, changes: others });
    }
    if (changes.length > 1) return this.#writeHalves({ ...attempt, isImpatient: true });
    aside.add(changes[0]!);
  }
}
