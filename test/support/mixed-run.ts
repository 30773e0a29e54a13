import pg from 'pg';
import { newId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import type { Change, Step } from '../../src/log/changes/change.ts';
import { send } from '../../src/log/changes/send.ts';
import type { Transaction } from '../../src/storage/pool.ts';
import { Random } from './random.ts';
import { RandomChanges, repeated } from './random-changes.ts';
import { RecordedGroups } from './recorded-groups.ts';
import { RoomModel } from './room-model.ts';
import { RoomState, unmoderated } from './room-state.ts';
import { startWriterNode, type WriterNode } from './writer-nodes.ts';
import { insertPeople, insertRoom } from './writer-rooms.ts';

const kinds: RoomState['kind'][] = ['CHANNEL', 'STREAM', 'GROUP', 'GROUP', 'DIRECT', 'CHANNEL', 'CHANNEL'];

/** A change that a test asked a node for, and what became of it. */
export interface Call {
  step: Step;
  node: number;
  verdict?: string;
  sequence?: number;
  error?: unknown;
}

interface MixedRunOptions {
  url: string;
  seed: number;
  /** What happens to the transactions of the nodes. */
  through?: (transaction: Transaction, random: Random) => Transaction;
}

/** Random changes of all kinds by two dozen people in a few rooms, made on four nodes at a time. */
export class MixedRun {
  readonly people: string[] = [];
  readonly rooms = kinds.map(() => newId());
  readonly staff = new Map<string, string[]>();
  readonly models = new Map<string, RoomModel>();
  readonly groups = new RecordedGroups();
  readonly nodes: WriterNode[];
  readonly calls: Call[] = [];
  readonly sql: pg.Client;
  readonly #random: Random;
  readonly #names = new Set<string>();

  constructor({ url, seed, through = (same) => same }: MixedRunOptions) {
    this.#random = new Random(seed);
    this.sql = new pg.Client({ connectionString: url });
    this.nodes = [0, 1, 2, 3].map((node) => {
      const random = new Random(seed * 100 + node);
      const recorded = (transaction: Transaction) => through(this.groups.through(node, transaction), random);
      return startWriterNode(url, { through: recorded });
    });
  }

  /** Inserts the people and the rooms. Most of the people are members of most rooms; the last room is archived. */
  async open(): Promise<void> {
    const { sql, people, rooms } = this;
    await sql.connect();
    people.push(...(await insertPeople(sql, 24)));
    for (const [index, id] of rooms.entries()) {
      await this.#insertRoom({ id, kind: kinds[index]!, isArchived: index === kinds.length - 1 });
    }
  }

  async #insertRoom({ id, kind, isArchived }: { id: string; kind: RoomState['kind']; isArchived: boolean }) {
    const { welcomeMaxMembers: welcomes, emojisPerMessage: emojis } = limits;
    const room = new RoomState(kind);
    room.isArchived = isArchived;
    if (kind === 'STREAM') room.slowModeSeconds = 1;
    this.models.set(id, new RoomModel(room, { welcomes, emojis }));
    const isOfTwo = kind === 'DIRECT';
    const chosen = isOfTwo ? this.people.slice(0, 2) : this.people.filter(() => this.#random.isTrue(0.5));
    const roles = isOfTwo ? [] : ['OWNER', 'MODERATOR', 'MODERATOR'];
    const members = chosen.map((userId, at) => {
      const state = isOfTwo || at < chosen.length - 3 ? 'JOINED' : 'BANNED';
      const joinedAt = new Date(Date.UTC(2026, 0, 1, 0, at));
      return { id: newId(), userId, role: roles[at] ?? 'MEMBER', state, joinedAt };
    });
    this.staff.set(id, isOfTwo ? [] : chosen.slice(0, 3));
    for (const member of members) {
      room.members.set(member.userId, {
        ...member,
        joinedAt: +member.joinedAt,
        stateEvent: 0,
        seen: 0,
        ...unmoderated,
      });
    }
    await insertRoom(this.sql, { id, kind, isArchived, members, slowModeSeconds: room.slowModeSeconds });
  }

  /**
   * Makes changes in waves, the last of which are made when all before have an outcome. Two of the nodes make theirs in
   * the opposite order, a tenth is made on another node too, and some are made again later.
   */
  async play({ waves, size }: { waves: number; size: number }): Promise<void> {
    const changes = new RandomChanges(this.#random, this);
    for (let wave = 0; wave < waves; wave += 1) {
      const calls = this.nodes.map((): Call[] => []);
      for (let at = 0; at < size; at += 1) {
        const [step, node] = [changes.next(), this.#random.below(4)];
        calls[node]!.push({ step, node });
        const other = (node + 1) % 4;
        if (this.#random.isTrue(0.1)) calls[other]!.push({ step: repeated(step), node: other });
        if (this.#random.isTrue(0.05)) calls[other]!.push({ step: repeated(this.#earlier() ?? step), node: other });
      }
      await Promise.all(calls.map((own, node) => this.#make(node % 2 ? own.reverse() : own)));
    }
  }

  /** A message that may have been sent: its author may have lost access meanwhile. */
  #earlier(): Step | undefined {
    const sends = this.calls.filter(({ step }) => step.kind === send);
    return sends.length > 0 ? this.#random.of(sends).step : undefined;
  }

  async #make(calls: Call[]): Promise<void> {
    const distinct = calls.filter(({ step, node }) => {
      const name = `${node} ${nameOf(step)}`;
      return !this.#names.has(name) && this.#names.add(name);
    });
    this.calls.push(...distinct);
    await Promise.all(
      distinct.map(async (call) => {
        const { writer } = this.nodes[call.node]!;
        await writer.write(call.step.kind, call.step.change).then(
          (outcome: { verdict: string; message?: { sequence: number } | null }) => {
            call.verdict = outcome.verdict;
            call.sequence = outcome.message?.sequence;
          },
          (error: unknown) => {
            call.error = error;
          },
        );
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await this.sql.end();
  }
}

/** Returns what a moderator wants besides the user. */
export function moderationOf({ action, until, reason, role }: Record<string, unknown>): unknown[] {
  return action ? [action, until instanceof Date ? until.getTime() : null, reason, role] : [];
}

/** Names a change, in the same way for each repeated request of its author. The author and the room come first. */
export function nameOf({ kind, change }: Step): string {
  const { roomId, actorId, ...own } = change as Change & Record<string, unknown>;
  const [newcomer] = (own.newcomers ?? []) as { membershipId: string }[];
  const about = own.id ?? own.membershipId ?? newcomer?.membershipId ?? own.messageId ?? own.userId;
  const more = [own.id ? null : own.text, own.emoji, own.isAdded, own.name, own.isArchived, ...moderationOf(own)];
  return [actorId, roomId, kind.name, about, ...more].filter((part) => part != null && part !== false).join(' ');
}
