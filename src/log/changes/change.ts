import type pg from 'pg';
import type { Statement } from '../../storage/transaction-query.ts';
import type { RoomEvent } from '../events/kinds.ts';

/** A durable change of a room, checked as far as that is possible without the database. */
export interface Change {
  roomId: string;
  /** The user who makes the change. */
  actorId: string;
}

/** A row that a statement returns for a change: its verdict, its numbers, and what the outcome needs. */
export type Row = pg.QueryResultRow;

/** What the database did with the changes of one kind in a group. */
export interface Done<Outcome> {
  /** In the order of the changes. */
  outcomes: Outcome[];
  /** The events that were recorded, in any order. */
  events: RoomEvent[];
}

/** What the writer must know about one kind of change. Each kind has a file, and `kinds.ts` gives their order. */
export interface ChangeKind<C extends Change, Outcome> {
  name: string;
  /** Returns keys. Two changes with a common key never share a group, so the second sees the effect of the first. */
  keys(change: C): readonly string[];
  /** Returns the memory that the texts of a change take while it waits; 0 unless given. */
  bytesOf?(change: C): number;
  /**
   * Returns the statement that judges changes, writes the good ones and raises the counters of their rooms. It returns a
   * row for each change, in their order. The heads of the rooms are locked. With `isDone`, the changes were committed
   * by an earlier attempt whose answer was lost: the statement writes nothing, and its answers show the present state.
   */
  statement(changes: readonly C[], isDone: boolean): Statement;
  /** Makes outcomes and events of the rows. Receives all rows, because some facts concern several changes. */
  read(changes: readonly C[], rows: readonly Row[]): Done<Outcome>;
  /**
   * Returns what to try instead of a refused change, in order; the last outcome is the change's. Null for nothing. Only for
   * a refusal with which no later change of the author can be written either: those are tried again too.
   */
  insteadOf?(change: C, outcome: Outcome): Step[] | null;
}

/** A change with its kind. */
export interface Step<C extends Change = Change> {
  kind: AnyKind;
  change: C;
}

/** A kind whose changes and outcomes nobody looks into. */
// biome-ignore lint/suspicious/noExplicitAny: the writer holds kinds of all types in one list, and looks into none
export type AnyKind = ChangeKind<any, any>;

/** The verdict of a statement about a change that it writes: nothing is written if an earlier attempt was committed. */
export function verdictOfWritten(isDone: boolean): 'WRITTEN' | 'UNCHANGED' {
  return isDone ? 'UNCHANGED' : 'WRITTEN';
}
