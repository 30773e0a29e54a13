import type { MessageItem, Parley } from '../../src/api.ts';

/** A room of the core, as an app shows it. */
export class CoreRoom {
  /** How often its window had a hole, a repeat, or messages that were not in order. */
  broken = 0;
  readonly seen = new Set<number>();
  readonly #parley: Parley;
  readonly #roomId: string;
  readonly #stop: () => void;

  constructor(parley: Parley, roomId: string) {
    this.#parley = parley;
    this.#roomId = roomId;
    this.#stop = this.#room.messages.subscribe(() => this.#look());
  }

  get texts(): (string | null)[] {
    return this.#stored.flatMap(({ kind, text }) => (kind === 'USER' ? [text] : []));
  }

  send(text: string): Promise<unknown> {
    return this.#room.send(text).done;
  }

  stop(): void {
    this.#stop();
  }

  get #room() {
    return this.#parley.room(this.#roomId);
  }

  get #stored(): MessageItem[] {
    return this.#room.messages.get().items.filter(({ sending }) => !sending);
  }

  /** What answers bring before its turn may stand after a gap: at most the viewer's own messages. */
  #look(): void {
    const sequences = this.#stored.map(({ sequence }) => sequence);
    for (const sequence of sequences) this.seen.add(sequence);
    if (sequences.some((sequence, index) => index > 0 && sequence <= sequences[index - 1]!)) this.broken += 1;
  }
}
