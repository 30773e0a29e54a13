/** What the model keeps of a membership. */
export interface ModelMember {
  id: string;
  userId: string;
  role: string;
  state: string;
  joinedAt: number;
  stateEvent: number;
  seen: number;
  /** Times in milliseconds; null for none. */
  mutedUntil: number | null;
  bannedUntil: number | null;
  reason: string | null;
}

/** A member whom no moderator has dealt with. */
export const unmoderated = { mutedUntil: null, bannedUntil: null, reason: null };

export interface ModelMessage {
  id: string;
  sequence: number;
  event: number;
  authorId: string | null;
  at: number;
  text: string | null;
  reference: string | null;
  reply: string | null;
  isDeleted: boolean;
  isEdited: boolean;
  /** Number of the last event that changed it. */
  changed: number | null;
  /** `emoji user`. */
  reactions: Set<string>;
}

/** The state of a room in the model. */
export class RoomState {
  sequence = 0;
  lastEvent = 0;
  isArchived = false;
  name = 'Room';
  slowModeSeconds = 0;
  /** The time of the statement that the model follows, in milliseconds. */
  now = 0;
  readonly members = new Map<string, ModelMember>();
  readonly messages = new Map<string, ModelMessage>();
  /** Every event: number, type, actor, subject. */
  readonly events: string[] = [];
  readonly kind: 'CHANNEL' | 'STREAM' | 'GROUP' | 'DIRECT';

  constructor(kind: RoomState['kind']) {
    this.kind = kind;
  }

  get isPublic(): boolean {
    return this.kind === 'CHANNEL' || this.kind === 'STREAM';
  }

  get memberCount(): number {
    return this.joined().length;
  }

  joined(): ModelMember[] {
    return [...this.members.values()].filter(({ state }) => state === 'JOINED');
  }

  isMember(userId: string): boolean {
    return this.members.get(userId)?.state === 'JOINED';
  }

  /** The state of a membership, in which a ban that has run out does not count. */
  stateOf(userId: string): string | undefined {
    const { state, bannedUntil = null } = this.members.get(userId) ?? {};
    return state === 'BANNED' && bannedUntil !== null && bannedUntil <= this.now ? 'LEFT' : state;
  }

  isBanned(userId: string): boolean {
    return this.stateOf(userId) === 'BANNED';
  }

  mayRead(userId: string): boolean {
    return this.isPublic ? !this.isBanned(userId) : this.isMember(userId);
  }

  /** Adds an event and returns its number. */
  note(type: string, actor: string | null, subject: string): number {
    this.lastEvent += 1;
    this.events.push(`${this.lastEvent} ${type} ${actor} ${subject}`);
    return this.lastEvent;
  }

  /** Adds a message, by nobody unless `given` says otherwise, and returns its numbers. */
  add(given: Partial<ModelMessage> & { id: string }): { sequence: number; event: number } {
    const empty = {
      authorId: null,
      at: this.now,
      text: null,
      reference: null,
      reply: null,
      isDeleted: false,
      isEdited: false,
      changed: null,
    };
    this.sequence += 1;
    const { sequence } = this;
    const event = this.note('MESSAGE_ADDED', given.authorId ?? null, `${given.id} ${given.text ?? null}`);
    this.messages.set(given.id, { ...empty, ...given, sequence, event, reactions: new Set() });
    return { sequence, event };
  }
}
