import { newId } from '../../src/base/ids.ts';
import { noEnd } from '../../src/base/no-end.ts';
import { adding, addMembers } from '../../src/log/changes/add-members.ts';
import type { Change, ChangeKind, Step } from '../../src/log/changes/change.ts';
import { deletion } from '../../src/log/changes/delete.ts';
import { edit } from '../../src/log/changes/edit.ts';
import { expel, expelling } from '../../src/log/changes/expel.ts';
import { join, joining } from '../../src/log/changes/join.ts';
import { leave, leaving } from '../../src/log/changes/leave.ts';
import { moderate } from '../../src/log/changes/moderate.ts';
import { react } from '../../src/log/changes/react.ts';
import { send } from '../../src/log/changes/send.ts';
import { updateRoom } from '../../src/log/changes/update-room.ts';
import type { Random } from './random.ts';

interface Message {
  id: string;
  /** Whether its author chose the id, so that others may choose it too. */
  isIdChosen?: boolean;
  roomId: string;
  authorId: string;
}

interface Cast {
  people: readonly string[];
  rooms: readonly string[];
  /** Those who own or moderate a room at first, the owner first. */
  staff: ReadonlyMap<string, readonly string[]>;
}

/** Makes changes of all kinds at random, of few people in few rooms, so that they meet. */
export class RandomChanges {
  readonly #random: Random;
  readonly #people: readonly string[];
  readonly #rooms: readonly string[];
  readonly #staff: Cast['staff'];
  /** The newest last. */
  readonly #messages: Message[] = [];
  #count = 0;

  constructor(random: Random, { people, rooms, staff }: Cast) {
    this.#random = random;
    this.#people = people;
    this.#rooms = rooms;
    this.#staff = staff;
  }

  next(): Step {
    const random = this.#random;
    this.#count += 1;
    const change = { roomId: random.of(this.#rooms), actorId: random.of(this.#people) };
    const userId = random.of(this.#people);
    const kinds: [number, () => Step][] = [
      [36, () => this.#send(change)],
      [14, () => this.#edit(change)],
      [22, () => this.#react(change)],
      [6, () => this.#delete(change)],
      [9, () => this.#join(change)],
      [6, () => step(leave, leaving(change))],
      [4, () => step(addMembers, adding(change, [userId, random.of(this.#people)]))],
      [3, () => this.#expel(change, userId)],
      [9, () => this.#moderate(change, userId)],
      [2.5, () => this.#update(change)],
    ];
    let at = random.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of kinds) {
      at -= weight;
      if (at < 0) return make();
    }
    return this.#send(change);
  }

  /** Mostly by those who may. */
  #byStaff(change: Change): Change {
    const staff = this.#staff.get(change.roomId) ?? [];
    return staff.length > 0 && this.#random.isTrue(0.7) ? { ...change, actorId: this.#random.of(staff) } : change;
  }

  #expel(change: Change, userId: string): Step {
    const state = this.#random.of(['REMOVED', 'BANNED'] as const);
    return step(
      expel,
      expelling(this.#byStaff(change), { userId, state, until: this.#soon(), reason: this.#reason() }),
    );
  }

  /** Ends of bans and mutes are looked for far more often than on a server. */
  #moderate(change: Change, userId: string): Step {
    const action = this.#random.of([
      'MUTE',
      'MUTE',
      'UNMUTE',
      'UNBAN',
      'UNBAN',
      'SET_ROLE',
      'RUN_OUT',
      'RUN_OUT',
    ] as const);
    const about = { roomId: change.roomId, userId, action };
    // Not used, but makes it another change.
    const until = new Date(this.#count);
    if (action === 'RUN_OUT') return step(moderate, { ...about, actorId: userId, until });
    const { actorId } = this.#byStaff(change);
    if (action === 'MUTE') return step(moderate, { ...about, actorId, until: this.#soon(), reason: this.#reason() });
    if (action !== 'SET_ROLE') return step(moderate, { ...about, actorId, until, reason: this.#reason() });
    const role = this.#random.of(['OWNER', 'MODERATOR', 'MEMBER', 'MEMBER'] as const);
    return step(moderate, { ...about, actorId, until, role });
  }

  /** Mostly while the changes are still being made. */
  #soon(): Date {
    return this.#random.isTrue(0.3) ? noEnd : new Date(Date.now() + this.#random.below(600));
  }

  #reason(): string {
    return `R${this.#count}`;
  }

  /** A join's welcome is a message that nobody may change. */
  #join(change: Change): Step {
    const asked = joining(change);
    if (this.#random.isTrue(0.2)) this.#messages.push({ ...change, id: asked.welcomeId, authorId: change.actorId });
    return step(join, asked);
  }

  #send(change: Change): Step {
    const replyToId = this.#random.isTrue(0.2) ? (this.#message()?.id ?? null) : null;
    const isIdChosen = this.#random.isTrue(0.5);
    const id = (isIdChosen && this.#chosenId(change.roomId)) || newId();
    this.#messages.push({ id, isIdChosen, roomId: change.roomId, authorId: change.actorId });
    return step(send, { ...change, id, isIdChosen, text: `T${this.#count}`, clientMessageId: id, replyToId });
  }

  /** Now and then, the id of another message of the room. */
  #chosenId(roomId: string): string | undefined {
    const chosen = this.#messages.slice(-40).filter((message) => message.isIdChosen && message.roomId === roomId);
    return chosen.length > 0 && this.#random.isTrue(0.1) ? this.#random.of(chosen).id : undefined;
  }

  /** Mostly by the author: others are refused. */
  #edit(change: Change): Step {
    const { authorId, ...about } = this.#about(change);
    const actorId = this.#random.isTrue(0.9) ? authorId : change.actorId;
    return step(edit, { ...about, actorId, text: `E${this.#count}` });
  }

  #delete(change: Change): Step {
    const { authorId, ...about } = this.#about(change);
    const actorId = this.#random.isTrue(0.6) ? authorId : change.actorId;
    return step(deletion, { ...about, actorId });
  }

  #react(change: Change): Step {
    const { authorId: _, ...about } = this.#about(change, this.#random.isTrue(0.6) ? this.#favourites() : undefined);
    const emoji = this.#random.of(['👍', '👎', '❤️', '🎉', '🚀', '👀']);
    return step(react, { ...about, emoji, isAdded: this.#random.isTrue(0.65) });
  }

  #update(change: Change): Step {
    const [owner = change.actorId] = this.#staff.get(change.roomId) ?? [];
    if (this.#random.isTrue(0.06)) {
      return step(updateRoom, { ...change, actorId: owner, isArchived: this.#random.isTrue(0.5) });
    }
    return step(updateRoom, { ...this.#byStaff(change), name: `N${this.#count % 3}` });
  }

  /** Names a message, in one of 30 cases with a room that it is not in. */
  #about({ roomId, actorId }: Change, among?: readonly Message[]): Change & { messageId: string; authorId: string } {
    const message = this.#message(among) ?? { id: newId(), roomId, authorId: actorId };
    const room = this.#random.isTrue(1 / 30) ? roomId : message.roomId;
    return { roomId: room, actorId, messageId: message.id, authorId: message.authorId };
  }

  /** Two messages that get many reactions, until 50 more messages are sent. */
  #favourites(): Message[] {
    const at = 50 * (Math.floor(this.#messages.length / 50) - 1);
    return this.#messages.slice(Math.max(0, at)).slice(0, 2);
  }

  #message(among: readonly Message[] = this.#messages.slice(-40)): Message | undefined {
    return among.length > 0 ? this.#random.of(among) : undefined;
  }
}

function step<C extends Change>(kind: ChangeKind<C, unknown>, change: C): Step {
  return { kind, change };
}

/**
 * Returns the change as another request makes it: with new ids, unless the client chose it, but with the same
 * `clientMessageId`.
 */
export function repeated({ kind, change }: Step): Step {
  const isIdChosen = 'isIdChosen' in change && change.isIdChosen;
  const news = Object.keys(change).filter((key) => ['id', 'membershipId', 'welcomeId'].includes(key) && !isIdChosen);
  const ids = Object.fromEntries(news.map((key) => [key, newId()]));
  if (kind === leave || kind === expel) Object.assign(ids, { messageId: newId() });
  if (kind === addMembers) return { kind, change: adding(change, guestsOf(change)) };
  return { kind, change: { ...change, ...ids } };
}

function guestsOf(change: Change): string[] {
  return (change as Change & { newcomers: { userId: string }[] }).newcomers.map(({ userId }) => userId);
}
