/** How far a member of a room has read. */
export interface ReadPosition {
  roomId: string;
  userId: string;
  lastReadSequence: number;
}

/** A member's position as the database has it. */
export interface PositionRow {
  userId: string;
  lastReadSequence: number;
  /** Whether the member hides, so that no other member sees how far they have read. */
  isHiding: boolean;
}

/** How far the members of a room have read, and which of them have read on since they were last shown. */
export class MemberPositions {
  readonly #roomId: string;
  readonly #positions = new Map<string, ReadPosition>();
  /** Members who are not shown: they hide, or it is not known yet whether they do. */
  readonly #hidden = new Set<string>();
  readonly #moved = new Set<string>();

  constructor(roomId: string) {
    this.#roomId = roomId;
  }

  has(userId: string): boolean {
    return this.#positions.has(userId);
  }

  get hasMoved(): boolean {
    return this.#moved.size > 0;
  }

  /**
   * Replaces all members by the rows of a reading. Hides those who have `changed` during the reading, because they may
   * hide now.
   */
  replace(rows: readonly PositionRow[], changed: ReadonlySet<string>): void {
    const members = new Set(rows.map(({ userId }) => userId));
    for (const userId of this.#positions.keys()) if (!members.has(userId)) this.#forget(userId);
    for (const { userId, lastReadSequence, isHiding } of rows) {
      if (isHiding || changed.has(userId)) this.#hidden.add(userId);
      else if (this.#hidden.delete(userId)) this.#moved.add(userId);
      this.advance(userId, lastReadSequence);
    }
  }

  /** Moves a position up, and never down. */
  advance(userId: string, lastReadSequence: number): void {
    const before = this.#positions.get(userId)?.lastReadSequence ?? 0;
    if (this.#positions.has(userId) && lastReadSequence <= before) return;
    this.#positions.set(userId, { roomId: this.#roomId, userId, lastReadSequence });
    if (lastReadSequence > before) this.#moved.add(userId);
  }

  /** Shows nothing of a member until `replace` says whether they hide. */
  hide(userId: string): void {
    this.#hidden.add(userId);
  }

  /** Returns the positions of all who have read and do not hide. */
  shown(): ReadPosition[] {
    const positions = [...this.#positions.values()];
    return positions.filter(({ userId, lastReadSequence }) => lastReadSequence > 0 && !this.#hidden.has(userId));
  }

  /** Returns the positions that have moved since the last call, of those who do not hide. */
  takeMoved(): ReadPosition[] {
    const userIds = [...this.#moved];
    this.#moved.clear();
    return userIds.flatMap((userId) => (this.#hidden.has(userId) ? [] : (this.#positions.get(userId) ?? [])));
  }

  #forget(userId: string): void {
    this.#positions.delete(userId);
    this.#hidden.delete(userId);
  }
}
