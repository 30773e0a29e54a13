import type pg from 'pg';
import { type MixedRun, moderationOf, nameOf } from './mixed-run.ts';
import type { Want } from './recorded-groups.ts';
import type { Expected, RoomModel } from './room-model.ts';

/** Compares a run with the models of its rooms. */
export class Comparison {
  readonly #run: MixedRun;
  /** What the model did for each node, in order: the names of changes with their verdicts. */
  readonly #made = [0, 1, 2, 3].map(() => new Map<string, string>());
  readonly #written = new Set<string>();
  /** Changes that a node has written more than once. */
  readonly writtenTwice: string[] = [];
  /** Each kind with each verdict that the models gave. */
  readonly seenVerdicts = new Set<string>();

  constructor(run: MixedRun) {
    this.#run = run;
  }

  /** Runs the models over all groups in the order of their commits, and returns each difference. */
  compareGroups(): string[] {
    return this.#run.rooms.flatMap((roomId) => {
      const model = this.#run.models.get(roomId)!;
      return this.#run.groups.of(roomId).flatMap(({ head, node, batches }) => {
        const before =
          head === model.state.lastEvent ? [] : [`${roomId}: head ${head}, expected ${model.state.lastEvent}`];
        return [...before, ...batches.flatMap((batch) => this.#compare(model, { ...batch, node }))];
      });
    });
  }

  #compare(model: RoomModel, { wants, rows, node }: Batch & { node: number }): string[] {
    const expected = model.make(wants, +(rows[0]?.now ?? 0));
    for (const [at, want] of wants.entries()) this.#note(node, want, expected[at]!);
    return expected.flatMap((one, at) => {
      const found = foundIn(rows[at]!, one);
      const isSame = JSON.stringify(found) === JSON.stringify(one);
      return isSame ? [] : [`${Object.values(wants[at]!).join(' ')}: ${JSON.stringify({ found, expected: one })}`];
    });
  }

  #note(node: number, want: Want, { verdict }: Expected): void {
    this.seenVerdicts.add(`${want.kind} ${verdict}`);
    const made = this.#made[node]!;
    const name = nameOfWant(want);
    const written = `${node} ${name} ${want.target}`;
    if (verdict === 'WRITTEN' && this.#written.has(written)) this.writtenTwice.push(written);
    if (verdict === 'WRITTEN') this.#written.add(written);
    // A change that is tried again in another way counts where it was made in the end.
    made.delete(name);
    // Those who were members before are among the added ones.
    made.set(name, want.kind === 'add members' && verdict === 'UNCHANGED' ? 'WRITTEN' : verdict);
  }

  /** Compares what callers were told with the model, and their order for each author, room and node. */
  compareCalls(): string[] {
    return this.#run.nodes.flatMap((_, node) => {
      const calls = this.#run.calls.filter((call) => call.node === node);
      const names = new Set(calls.map(({ step }) => nameOf(step)));
      const made = [...this.#made[node]!].filter(([name]) => names.has(name));
      const asked = calls.map(({ step, verdict }): [string, string] => [nameOf(step), `${verdict}`]);
      return differences(byAuthor(asked), byAuthor(made));
    });
  }
}

interface Batch {
  wants: Want[];
  rows: pg.QueryResultRow[];
}

/** Returns of a row what the model knows. */
function foundIn(row: pg.QueryResultRow, expected: Expected): Expected {
  const heir = typeof row.heir === 'string' ? JSON.parse(row.heir).userId : undefined;
  const found: Record<string, unknown> = { ...row, heir };
  const entries = Object.keys(expected).map((key) => [key, found[key] ?? null]);
  return { verdict: row.verdict, ...Object.fromEntries(entries) };
}

function nameOfWant(want: Want): string {
  const { kind, person, room, id, text, emoji, isAdded, name, isArchiving, hasName } = want;
  const about = id ?? want.message ?? want.target;
  const more = [
    kind === 'send' ? null : text,
    emoji,
    isAdded,
    hasName ? name : null,
    isArchiving,
    ...moderationOf({ ...want }),
  ];
  return [person, room, kind, about, ...more].filter((part) => part != null && part !== false).join(' ');
}

/** Returns `name verdict` of changes, by author and room, in order. */
function byAuthor(changes: readonly [name: string, verdict: string][]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, verdict] of changes) {
    const author = name.split(' ', 2).join(' ');
    lists.set(author, [...(lists.get(author) ?? []), `${name}: ${verdict === 'KNOWN' ? 'WRITTEN' : verdict}`]);
  }
  return lists;
}

function differences(asked: Map<string, string[]>, made: Map<string, string[]>): string[] {
  return [...asked].flatMap(([author, list]) => {
    const other = made.get(author) ?? [];
    return list.flatMap((text, at) => (text === other[at] ? [] : [`${text} | ${other[at]}`]));
  });
}
