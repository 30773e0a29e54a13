import type { NotificationAdded } from './viewer-event.ts';

interface ViewerRoomOptions {
  /** Whether the viewer wants no notifications of the room. */
  isSilent: boolean;
  next: (added: NotificationAdded) => void;
  /** Called when too many messages arrived to keep them. */
  onLost: () => void;
}

/** Messages that may wait for a room to be open; if more arrive, the viewer's stream starts over. */
const maxEarly = 1000;

/** Passes the messages of a room on to one viewer: each once, in order, and none that the viewer knows already. */
export class ViewerRoom {
  isSilent: boolean;
  readonly #options: ViewerRoomOptions;
  /** Number of the last message that the viewer knows. */
  #after = 0;
  /** Messages that arrived before it was known which of them are new; null once it is. */
  #early: { added: NotificationAdded; isPresent: boolean }[] | null = [];

  constructor(options: ViewerRoomOptions) {
    this.#options = options;
    this.isSilent = options.isSilent;
  }

  /** `isPresent`: whether the viewer is present in the room, and needs no notification. */
  add(added: NotificationAdded, isPresent: boolean): void {
    if (this.#early) {
      if (this.#early.length >= maxEarly) this.#options.onLost();
      else this.#early.push({ added, isPresent });
    } else if (added.message.sequence > this.#after) {
      this.#after = added.message.sequence;
      if (!isPresent && !this.isSilent) this.#options.next(added);
    }
  }

  /** Passes on the messages after this number: first those that have arrived, together with `missed` ones, in order. */
  open(after: number, missed: readonly NotificationAdded[] = []): void {
    if (!this.#early) return;
    const early = [...this.#early, ...missed.map((added) => ({ added, isPresent: false }))];
    this.#after = after;
    this.#early = null;
    early.sort((a, b) => a.added.message.sequence - b.added.message.sequence);
    for (const { added, isPresent } of early) this.add(added, isPresent);
  }
}
