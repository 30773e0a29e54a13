import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Batch } from './batch.ts';
import { connectionMutex } from './connection-mutex.ts';
import type { Numbered } from './log.ts';
import type { Reader } from './reader.ts';
import { bytesOf, NotShareable, type Rendering } from './rendering.ts';
import { noPayloads, type Sink } from './sink.ts';

/** What a member may share with others; asked anew each time it has to read on by itself. */
export interface SharedWith<Event extends Numbered> {
  rendering: Rendering<Event>;
  /** Gives the member to the audience of those who asked the same; null if it is behind them. */
  join: (member: Member<Event>) => Group<Event> | null;
}

/** What a member leaves when it falls behind: an audience. */
interface Group<Event extends Numbered> {
  remove: (member: Member<Event>) => void;
}

export interface MemberOptions<Event extends Numbered> {
  reader: Reader<Event>;
  sink: Sink;
  sharedWith: () => SharedWith<Event>;
  /** Called once, when nothing more will be sent; with the error that ended it, if one did. */
  onEnd: (error?: unknown) => void;
}

/**
 * A subscription on a WebSocket: reads on by itself while it is behind, and is a member of an audience while it is not.
 * A slow socket makes it fall behind; nothing is kept for it then but its place.
 */
export class Member<Event extends Numbered> {
  readonly reader: Reader<Event>;
  readonly sink: Sink;
  readonly #options: MemberOptions<Event>;
  #audience: Group<Event> | null = null;
  #isClosed = false;
  #isEnding = false;

  constructor(options: MemberOptions<Event>) {
    this.#options = options;
    this.reader = options.reader;
    this.sink = options.sink;
  }

  /** Takes results from its audience; if they do not fit into its sink, falls behind instead. */
  receive(payloads: readonly Buffer[]): void {
    if (this.sink.hasRoomFor(payloads)) this.sink.send(payloads);
    else this.catchUp();
  }

  /** Leaves the audience and reads on by itself, until it has caught up again. */
  catchUp(): void {
    this.#leave();
    this.#read().catch((error: unknown) => this.#finish(error));
  }

  /** Ends the subscription because its reader's access has ended: one last frame tells so. */
  end(): void {
    this.#isEnding = true;
    // One that is reading on by itself sees to it at its next batch.
    if (this.#audience) this.catchUp();
  }

  /** Stops at once; nothing more is sent. */
  close(): void {
    this.#leave();
    this.#isClosed = true;
  }

  #leave(): void {
    this.#audience?.remove(this);
    this.#audience = null;
  }

  /** Batches for one connection are made one at a time: at most its budget and one batch wait for a peer. */
  async #read(): Promise<void> {
    let isThere = false;
    while (!this.#isClosed && !isThere) {
      // Not in its turn: others of the socket have something to say while the log does not answer.
      await this.reader.rest();
      isThere = await connectionMutex.run(this.sink.connection, () => this.#readOn());
    }
  }

  /** Sends the next batch, which is made when there is room for it; whether the member is in an audience now. */
  async #readOn(): Promise<boolean> {
    await this.#roomFor(noPayloads);
    // The peer is gone: who closes the socket closes this too, and there is nobody to make batches for until then.
    if (!this.sink.isOpen) this.close();
    if (this.#isClosed) return false;
    const { rendering, join } = this.#options.sharedWith();
    const batch = this.#isEnding ? this.reader.end() : await this.reader.next();
    if (this.#isClosed) return false;
    if (batch) await this.#sendBatch(batch, rendering);
    else if (!this.#isEnding) this.#audience = join(this);
    if (batch && this.reader.isOver) this.#finish();
    // Reading batches that are all in memory would otherwise block the event loop until the last of them.
    else if (batch?.status === 'REPLAYING') await nextTurn();
    return this.#audience !== null;
  }

  async #sendBatch(batch: Batch<Event>, rendering: Rendering<Event>): Promise<void> {
    const payloads = await this.#render(batch, rendering).catch((error: unknown) => {
      if (!(error instanceof NotShareable)) throw error;
      return this.#render(batch, this.#options.sharedWith().rendering);
    });
    if (payloads.length === 0) return;
    if (this.reader.size.isTooLarge(batch.events, bytesOf(payloads))) return this.reader.retake();
    await this.#roomFor(payloads);
    if (!this.#isClosed) this.sink.send(payloads);
  }

  /** Waits for room. A closed member stops waiting: others of its connection have their turn after it. */
  async #roomFor(payloads: readonly Buffer[]): Promise<void> {
    const { sink } = this;
    while (!this.#isClosed && sink.isOpen && !sink.hasRoomFor(payloads)) await sink.drained();
  }

  async #render(batch: Batch<Event>, rendering: Rendering<Event>): Promise<readonly Buffer[]> {
    const { owner, feed } = this.reader;
    const hasEnded = () => feed.ends.after(owner, batch.positionBefore) !== null;
    if (hasEnded()) return rendering.renderForRevoked(batch);
    const payloads = await rendering.render(batch, rendering.personalFor(batch).has(owner) ? owner : null);
    // The access may have ended meanwhile, and what others may see may be in it.
    return hasEnded() ? rendering.renderForRevoked(batch) : payloads;
  }

  #finish(error?: unknown): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnd(error);
  }
}
