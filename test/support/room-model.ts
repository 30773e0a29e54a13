import type { Want } from './recorded-groups.ts';
import { judgeMessage, timeOf, verdictOf, waitOf } from './room-rules.ts';
import { type ModelMember, type RoomState, unmoderated } from './room-state.ts';

/** What a statement must return for a change, without what the model does not know. */
export interface Expected {
  verdict: string;
  event?: number | null;
  sequence?: number;
  heirEvent?: number;
  heir?: string;
  /** How long the author has to wait. */
  waitMs?: number;
  /** Until when the author is muted or banned; null for a ban from before bans had an end. */
  until?: Date | null;
}

interface ModelLimits {
  welcomes: number;
  emojis: number;
}

/** Makes changes of a room one after the other, by rules that are as plain as possible. */
export class RoomModel {
  readonly state: RoomState;
  readonly #limits: ModelLimits;

  constructor(state: RoomState, limits: ModelLimits) {
    this.state = state;
    this.#limits = limits;
  }

  /** Makes the changes that a statement made at `now`, and returns what it must have returned. */
  make(wants: readonly Want[], now: number): Expected[] {
    this.state.now = now;
    const { kind = '', isDone = false } = wants[0] ?? {};
    if (kind === 'react') return this.#react(wants);
    if (kind === 'leave' || kind === 'expel') return this.#depart(wants, this.#judge(wants));
    const verdicts = kind === 'add members' ? this.#judge(wants) : null;
    const known = new Set(this.state.messages.keys());
    return wants.map((want, index) => {
      const verdict = verdicts?.[index] ?? verdictOf(this.state, want, known);
      if (verdict !== 'WRITTEN') return { verdict, ...this.#refusal(want, verdict) };
      if (isDone && kind !== 'send') return { verdict: kind === 'delete' ? 'FORBIDDEN' : 'UNCHANGED' };
      return { verdict, ...this.#write(want) };
    });
  }

  #refusal({ kind, person }: Want, verdict: string): Partial<Expected> {
    if (kind !== 'send') return {};
    if (verdict === 'SLOW_MODE') return { waitMs: waitOf(this.state, person) };
    const { mutedUntil, bannedUntil } = this.state.members.get(person) ?? unmoderated;
    const until = { MUTED: mutedUntil, BANNED: bannedUntil }[verdict];
    return until === undefined ? {} : { until: until === null ? null : new Date(until) };
  }

  #judge(wants: readonly Want[]): string[] {
    const verdicts = this.#keepOwner(
      wants,
      wants.map((want) => verdictOf(this.state, want, new Set())),
    );
    const refused = new Set(wants.flatMap(({ change }, at) => (verdicts[at] === 'NEWCOMER_BANNED' ? [change] : [])));
    return verdicts.map((verdict, at) => {
      return wants[at]!.kind === 'add members' && refused.has(wants[at]!.change) ? 'NEWCOMER_BANNED' : verdict;
    });
  }

  /** The last owner does not leave while there are other members. */
  #keepOwner(wants: readonly Want[], verdicts: string[]): string[] {
    const isOwner = ({ role }: ModelMember) => role === 'OWNER';
    let owners = this.state.joined().filter(isOwner).length;
    let members = this.state.memberCount;
    return verdicts.map((verdict, at) => {
      const { kind, person } = wants[at]!;
      const own = this.state.members.get(person);
      if (kind !== 'leave' || verdict !== 'WRITTEN' || !own || !isOwner(own)) return verdict;
      [owners, members] = [owners - 1, members - 1];
      return owners < 1 && members > 0 ? 'LAST_OWNER' : verdict;
    });
  }

  #write(want: Want): Partial<Expected> {
    const writes: Record<string, () => Partial<Expected>> = {
      join: () => this.#admit(want),
      'add members': () => this.#admit(want),
      'update room': () => this.#update(want),
      moderate: () => this.#moderate(want),
      send: () => this.#send(want),
      edit: () => this.#edit(want),
      delete: () => this.#delete(want),
    };
    return writes[want.kind]!();
  }

  #admit({ person, target, id, welcome }: Want): Partial<Expected> {
    const isWelcomed = this.state.memberCount < this.#limits.welcomes;
    const [seen, event] = [
      this.state.sequence,
      this.state.note('MEMBERSHIP_CHANGED', person, `${target} JOINED MEMBER`),
    ];
    const member = {
      userId: target,
      role: 'MEMBER',
      state: 'JOINED',
      joinedAt: this.state.now,
      stateEvent: event,
      seen,
    };
    const known = this.state.members.get(target);
    const mute = known?.mutedUntil ? { mutedUntil: known.mutedUntil, reason: known.reason } : {};
    this.state.members.set(target, { ...member, ...unmoderated, ...mute, id: known?.id ?? id });
    if (isWelcomed) this.state.add({ id: welcome });
    return { event };
  }

  #update({ person, isArchiving, hasName, name }: Want): Partial<Expected> {
    if (isArchiving !== null) this.state.isArchived = isArchiving;
    if (hasName) this.state.name = name;
    return { event: this.state.note('ROOM_UPDATED', person, this.state.name) };
  }

  #moderate({ person, target, action, until, reason, role }: Want): Partial<Expected> {
    const { state } = this;
    const member = state.members.get(target)!;
    const isOver = (time: number | null) => time !== null && time <= state.now;
    const isFreed =
      member.state === 'BANNED' && (action === 'UNBAN' || (action === 'RUN_OUT' && isOver(member.bannedUntil)));
    if (action === 'MUTE') member.mutedUntil = timeOf(until);
    if (action === 'UNMUTE' || (action === 'RUN_OUT' && isOver(member.mutedUntil))) member.mutedUntil = null;
    if (action === 'SET_ROLE') member.role = role!;
    else if (action !== 'RUN_OUT' || !member.mutedUntil) member.reason = reason;
    if (isFreed) Object.assign(member, { state: 'LEFT', bannedUntil: null });
    const actor = action === 'RUN_OUT' ? null : person;
    const event = state.note('MEMBERSHIP_CHANGED', actor, `${target} ${member.state} ${member.role}`);
    if (isFreed && state.isPublic) member.stateEvent = event;
    return { event };
  }

  #send({ id, person, text, reference, reply }: Want): Partial<Expected> {
    const { sequence } = this.state.add({ id, authorId: person, text, reference, reply });
    const member = this.state.members.get(person)!;
    member.seen = Math.max(member.seen, sequence);
    return { sequence };
  }

  #edit({ person, message: id, text }: Want): Partial<Expected> {
    Object.assign(this.state.messages.get(id)!, { text, isEdited: true });
    const event = this.state.note('MESSAGE_UPDATED', person, `${id} ${text}`);
    this.state.messages.get(id)!.changed = event;
    return { event };
  }

  #delete({ person, message: id }: Want): Partial<Expected> {
    Object.assign(this.state.messages.get(id)!, { text: null, isDeleted: true, reactions: new Set() });
    const event = this.state.note('MESSAGE_DELETED', person, id);
    this.state.messages.get(id)!.changed = event;
    return { event };
  }

  /** All changes of one message are one event; emojis that are removed make no room for others. */
  #react(wants: readonly Want[]): Expected[] {
    const before = new Map([...this.state.messages].map(([id, { reactions }]) => [id, emojisOf(reactions)]));
    const verdicts = wants.map((want) => this.#judgeReaction(want, before.get(want.message)));
    const written = wants.filter((_, at) => verdicts[at] === 'WRITTEN');
    const heads = written.filter((want) => written.find(({ message }) => message === want.message) === want);
    const events = heads.map(({ message, person }) => {
      const isOfOne = written.every((other) => other.message !== message || other.person === person);
      const event = this.state.note('REACTIONS_CHANGED', isOfOne ? person : null, message);
      this.state.messages.get(message)!.changed = event;
      return event;
    });
    return wants.map((want, at) => {
      const head = heads.indexOf(want);
      return { verdict: verdicts[at]!, event: head < 0 ? null : events[head] };
    });
  }

  /** Judges and makes a change. `emojis`: those of the message before the group, and those that it has accepted. */
  #judgeReaction(want: Want, emojis: Set<string> | undefined): string {
    const refusal = judgeMessage(this.state, want);
    if (refusal) return refusal;
    const { isDeleted, reactions } = this.state.messages.get(want.message)!;
    const { emoji, person, isAdded, isDone } = want;
    if (isDeleted && isAdded) return 'DELETED';
    if (reactions.has(`${emoji} ${person}`) === isAdded || isDone) return 'UNCHANGED';
    if (isAdded && !emojis!.has(emoji) && emojis!.size >= this.#limits.emojis) return 'FULL';
    if (isAdded) {
      emojis!.add(emoji);
      reactions.add(`${emoji} ${person}`);
    } else reactions.delete(`${emoji} ${person}`);
    return 'WRITTEN';
  }

  #depart(wants: readonly Want[], verdicts: string[]): Expected[] {
    if (wants[0]?.isDone)
      return verdicts.map((verdict) => ({ verdict: verdict === 'WRITTEN' ? 'UNCHANGED' : verdict }));
    let hadOwner = false;
    const results = wants.map((want, at): Expected => {
      const { person, target, state, id } = want;
      if (verdicts[at] !== 'WRITTEN') return { verdict: verdicts[at]! };
      const isSmall = this.state.memberCount <= this.#limits.welcomes;
      const isAnnounced = this.state.isMember(target) && isSmall && !this.state.isArchived;
      hadOwner ||= this.state.members.get(target)?.role === 'OWNER';
      const event = this.state.note('MEMBERSHIP_CHANGED', person, `${target} ${state} MEMBER`);
      this.#end(want, event);
      if (isAnnounced) this.state.add({ id });
      return { verdict: 'WRITTEN', event };
    });
    const heir = hadOwner ? this.#heir() : null;
    if (!heir) return results;
    heir.role = 'OWNER';
    const heirEvent = this.state.note('MEMBERSHIP_CHANGED', null, `${heir.userId} JOINED OWNER`);
    Object.assign(results.findLast(({ verdict }) => verdict === 'WRITTEN')!, { heirEvent, heir: heir.userId });
    return results;
  }

  #end({ target, state, id, until, reason }: Want, event: number): void {
    const known = this.state.members.get(target);
    const isNews = !known || this.state.isMember(target) || (this.state.isPublic && !this.state.isBanned(target));
    const first = { ...unmoderated, id, userId: target, joinedAt: 0, seen: 0, stateEvent: event };
    const member = known ?? { ...first, role: 'MEMBER', state };
    const ended = {
      state,
      role: 'MEMBER',
      bannedUntil: timeOf(until),
      reason: state === 'LEFT' ? member.reason : reason,
    };
    this.state.members.set(target, { ...member, ...ended, stateEvent: isNews ? event : member.stateEvent });
  }

  #heir(): ModelMember | null {
    const ranks = ['OWNER', 'MODERATOR', 'MEMBER'];
    const rank = ({ role }: ModelMember) => ranks.indexOf(role);
    const [first] = this.state.joined().toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
    return first && first.role !== 'OWNER' ? first : null;
  }
}

function emojisOf(reactions: ReadonlySet<string>): Set<string> {
  return new Set([...reactions].map((reaction) => reaction.split(' ')[0]!));
}
