import type { QueryResultRow } from 'pg';
import type { Transaction } from '../../src/storage/pool.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';

/** A change as a statement receives it: the columns of `want`. Each statement has some of them. */
export interface Want {
  kind: string;
  /** The number of the change that the row is a part of, within its statement. */
  change: number;
  /** Whether an earlier attempt was committed, so that the statement must write nothing. */
  isDone: boolean;
  room: string;
  person: string;
  /** Of the row that is written: message, membership. */
  id: string;
  welcome: string;
  /** The user whose membership changes. */
  target: string;
  state: string;
  action: string;
  until: Date | null;
  reason: string | null;
  role: string | null;
  message: string;
  text: string;
  reference: string;
  reply: string | null;
  emoji: string;
  isAdded: boolean;
  isArchiving: boolean | null;
  hasName: boolean;
  name: string;
}

/** What a transaction did for a room: its changes by statement, with the rows that PostgreSQL returned. */
export interface RoomGroup {
  /** The order of the commit among all groups of the run, so far as it is known here. */
  node: number;
  /** Number of the newest event of the room when the group had locked it. */
  head: number;
  batches: { wants: Want[]; rows: QueryResultRow[] }[];
}

/** Columns of the statements, in the order of their parameters. */
const columns: Record<string, (keyof Want | null)[]> = {
  expel: [null, 'room', 'person', 'target', 'state', 'id', 'until', 'reason'],
  moderate: ['room', 'person', 'target', 'action', 'until', 'reason', 'role'],
  'update room': ['room', 'person', 'isArchiving', 'hasName', 'name'],
  join: [null, 'room', 'person', 'target', 'id', 'welcome'],
  'add members': [null, 'room', 'person', 'target', 'id', 'welcome', null, 'change'],
  send: ['id', 'room', 'person', 'text', 'reference', 'reply'],
  edit: ['room', 'message', 'person', 'text'],
  react: ['room', 'message', 'person', 'emoji', 'isAdded'],
  delete: ['room', 'message', 'person'],
  leave: [null, 'room', 'person', 'target', 'state', 'id', 'until', 'reason'],
};

/** Whether a transaction writes a group. Others fence a lane, or look for locked rooms. */
export function isGroup(statements: readonly Statement[]): boolean {
  return statements[0]?.name.startsWith('lock heads') ?? false;
}

/** Records what committed groups did, by room and node. */
export class RecordedGroups {
  readonly byRoom = new Map<string, RoomGroup[]>();

  /** Returns the transaction of a node, which records its groups. */
  through(node: number, transaction: Transaction): Transaction {
    return async (statements) => {
      if (!isGroup(statements)) return transaction(statements);
      const [lock, ...others] = statements;
      const [heads = [], ...answers] = await transaction([withNumbers(lock!), ...others]);
      for (const head of heads) this.#record(node, head, { statements: others, answers });
      return [heads, ...answers];
    };
  }

  /** Returns the groups of a room in the order of their commits. A group that writes nothing precedes the one that does. */
  of(room: string): RoomGroup[] {
    const groups = this.byRoom.get(room) ?? [];
    return groups.toSorted((a, b) => a.head - b.head || Number(isWriting(a)) - Number(isWriting(b)));
  }

  #record(node: number, { roomId, head }: QueryResultRow, { statements, answers }: Answered): void {
    const batches = statements.flatMap((statement, index) => {
      const wants = wantsOf(statement);
      const own = [...wants.keys()].filter((at) => wants[at]!.room === roomId);
      const rows = answers[index] ?? [];
      return own.length > 0 ? [{ wants: own.map((at) => wants[at]!), rows: own.map((at) => rows[at]!) }] : [];
    });
    this.byRoom.set(roomId, [...(this.byRoom.get(roomId) ?? []), { node, head, batches }]);
  }
}

interface Answered {
  statements: Statement[];
  answers: QueryResultRow[][];
}

/** Returns the statement that locks rooms, and shows the number of their newest events. */
function withNumbers({ name, text, values }: Statement): Statement {
  const seen = text.replace('SELECT FROM', 'SELECT "roomId", "lastEventNumber" AS head FROM');
  return { name: `${name} and see`, text: seen, values };
}

function isWriting({ batches }: RoomGroup): boolean {
  return batches.some(({ rows }) => rows.some(({ verdict }) => verdict === 'WRITTEN'));
}

function wantsOf({ name: kind, values }: Statement): Want[] {
  const names = columns[kind];
  if (!names) return [];
  const isDone = ['UNCHANGED', 'FORBIDDEN'].includes(values.at(kind === 'add members' ? 6 : -1) as string);
  const length = (values[names.indexOf('room')] as unknown[]).length;
  return Array.from({ length }, (_, row) => {
    const entries = names.flatMap((name, at) => (name ? [[name, (values[at] as unknown[])[row]]] : []));
    return { kind, change: row, isDone, ...Object.fromEntries(entries) };
  });
}
