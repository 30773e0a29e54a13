import type { NotificationAdded } from './viewer-event.ts';

interface ViewerRoomOptions {
  /** Whether the viewer wants no notifications of the room. */
  isSilent: boolean;
  next: (added: NotificationAdded) => void;
  /** Called for each message of which the viewer is not notified, although it counts as unread. */
  onUnnotified: () => void;
  /** Called when too many messages arrived to keep them. */
  onLost: () => void;
}

/** The most messages that may wait until `open` is called. If more arrive, the viewer's stream starts over. */
const maxEarly = 1000;

/** Sends the new messages of a room to one viewer: each once and in order. */
export class ViewerRoom {
  isSilent: boolean;
  readonly #options: ViewerRoomOptions;
  #after = 0;
  /** Messages that arrived before `open` was called; null after that. */
  #early: { added: NotificationAdded; isPresent: boolean }[] | null = [];

  constructor(options: ViewerRoomOptions) {
    this.#options = options;
    this.isSilent = options.isSilent;
  }

  /** Number of the last message that the viewer knows; 0 until `open` is called. */
  get after(): number {
    return this.#after;
  }

  /** Adds a message. `isPresent`: whether the viewer is present in the room and needs no notification of it. */
  add(added: NotificationAdded, isPresent: boolean): void {
    if (this.#early) {
      if (this.#early.length >= maxEarly) this.#options.onLost();
      else this.#early.push({ added, isPresent });
    } else if (added.message.sequence > this.#after) {
      this.#after = added.message.sequence;
      if (isPresent || this.isSilent) this.#options.onUnnotified();
      else this.#options.next(added);
    }
  }

  /**
   * Begins to send messages after this number: first those that have already arrived and the `missed` ones, by number.
   */
  open(after: number, missed: readonly NotificationAdded[] = []): void {
    if (!this.#early) return;
    const early = [...this.#early, ...missed.map((added) => ({ added, isPresent: false }))];
    this.#after = after;
    this.#early = null;
    early.sort((a, b) => a.added.message.sequence - b.added.message.sequence);
    for (const { added, isPresent } of early) this.add(added, isPresent);
  }
}
