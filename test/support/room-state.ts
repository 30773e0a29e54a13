/** What the model keeps of a membership. */
export interface ModelMember {
  id: string;
  userId: string;
  role: string;
  state: string;
  joinedAt: number;
  stateEvent: number;
  seen: number;
}

export interface ModelMessage {
  id: string;
  sequence: number;
  event: number;
  authorId: string | null;
  text: string | null;
  reference: string | null;
  reply: string | null;
  isDeleted: boolean;
  isEdited: boolean;
  /** `emoji user`. */
  reactions: Set<string>;
}

/** The state of a room in the model. */
export class RoomState {
  sequence = 0;
  lastEvent = 0;
  isArchived = false;
  name = 'Room';
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

  isBanned(userId: string): boolean {
    return this.members.get(userId)?.state === 'BANNED';
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
    const empty = { authorId: null, text: null, reference: null, reply: null, isDeleted: false, isEdited: false };
    this.sequence += 1;
    const { sequence } = this;
    const event = this.note('MESSAGE_ADDED', given.authorId ?? null, `${given.id} ${given.text ?? null}`);
    this.messages.set(given.id, { ...empty, ...given, sequence, event, reactions: new Set() });
    return { sequence, event };
  }
}
