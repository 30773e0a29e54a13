import { setImmediate as nextTurn } from 'node:timers/promises';
import { FramesInTurn, nextPrefix } from '../transport/frames.ts';
import type { Audience } from './audience.ts';
import type { Numbered } from './log.ts';
import type { Outbox } from './outbox.ts';
import { outboxMutex } from './outbox-mutex.ts';
import type { Reader } from './reader.ts';
import { bytesOf, NotShareable, type Rendering } from './rendering.ts';
import type { Step } from './step.ts';

/** What a member may share with others; asked anew each time it has to read on by itself. */
export interface Company<Event extends Numbered> {
  rendering: Rendering<Event>;
  /** Gives the member to the audience of those who asked the same; null if it is behind them. */
  join: (member: Member<Event>) => Audience<Event> | null;
}

export interface MemberOptions<Event extends Numbered> {
  reader: Reader<Event>;
  outbox: Outbox;
  operationId: string;
  company: () => Company<Event>;
  /** Called once, when nothing more will be sent; with the error that ended it, if one did. */
  onEnd: (error?: unknown) => void;
}

/**
 * A subscription on a WebSocket: reads on by itself while it is behind, and is a member of an audience while it is not.
 * A slow socket makes it fall behind; nothing is kept for it then but its place.
 */
export class Member<Event extends Numbered> {
  readonly reader: Reader<Event>;
  readonly outbox: Outbox;
  readonly prefix: string;
  readonly #options: MemberOptions<Event>;
  #audience: Audience<Event> | null = null;
  #isClosed = false;
  #isEnding = false;

  constructor(options: MemberOptions<Event>) {
    this.#options = options;
    this.reader = options.reader;
    this.outbox = options.outbox;
    this.prefix = nextPrefix(options.operationId);
  }

  /**
   * Takes frames from its audience; if they do not fit the socket's budget, falls behind instead. Returns whether their
   * bytes may be used for something else now.
   */
  receive(frames: Buffer): boolean {
    if (this.outbox.hasRoomFor(frames.length)) return this.outbox.write(frames);
    this.goOn();
    return true;
  }

  /** Leaves the audience and reads on by itself, until it has caught up again. */
  goOn(): void {
    this.#leave();
    this.#read().catch((error: unknown) => this.#finish(error));
  }

  /** Ends the subscription because its reader's access has ended: one last frame tells so. */
  end(): void {
    this.#isEnding = true;
    // One that is reading on by itself sees to it at its next step.
    if (this.#audience) this.goOn();
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

  /** Steps of one socket are made one at a time: what waits for a peer is its budget and one step, however much it asks. */
  async #read(): Promise<void> {
    let isThere = false;
    while (!this.#isClosed && !isThere) {
      // Not in its turn: others of the socket have something to say while the log does not answer.
      await this.reader.rest();
      isThere = await outboxMutex.run(this.outbox, () => this.#readOn());
    }
  }

  /** Sends the next step, which is made when there is room for it; whether the member is in an audience now. */
  async #readOn(): Promise<boolean> {
    await this.#roomFor(0);
    // The peer is gone: who closes the socket closes this too, and there is nobody to make steps for until then.
    if (!this.outbox.isOpen) this.close();
    if (this.#isClosed) return false;
    const { rendering, join } = this.#options.company();
    const step = this.#isEnding ? this.reader.end() : await this.reader.next();
    if (this.#isClosed) return false;
    if (step) await this.#sendStep(step, rendering);
    else if (!this.#isEnding) this.#audience = join(this);
    if (step && this.reader.isOver) this.#finish();
    // Steps that are all in memory would otherwise let nobody else do anything until the last of them.
    else if (step?.status === 'REPLAYING') await nextTurn();
    return this.#audience !== null;
  }

  async #sendStep(step: Step<Event>, rendering: Rendering<Event>): Promise<void> {
    const payloads = await this.#render(step, rendering).catch((error: unknown) => {
      if (!(error instanceof NotShareable)) throw error;
      return this.#render(step, this.#options.company().rendering);
    });
    if (payloads.length === 0) return;
    if (this.reader.size.isTooLarge(step.events, bytesOf(payloads))) return this.reader.retake();
    const frames = FramesInTurn.of(payloads);
    await this.#roomFor(frames.under(this.prefix).length);
    if (!this.#isClosed && !this.outbox.write(frames.under(this.prefix))) frames.keep();
  }

  async #roomFor(bytes: number): Promise<void> {
    while (this.outbox.isOpen && !this.outbox.hasRoomFor(bytes)) await this.outbox.drained();
  }

  async #render(step: Step<Event>, rendering: Rendering<Event>): Promise<readonly Buffer[]> {
    const { owner, feed } = this.reader;
    const hasEnded = () => feed.ends.after(owner, step.positionBefore) !== null;
    if (hasEnded()) return rendering.renderEnded(step);
    const payloads = await rendering.render(step, rendering.ownersApart(step).has(owner) ? owner : null);
    // The access may have ended meanwhile, and what others may see may be in it.
    return hasEnded() ? rendering.renderEnded(step) : payloads;
  }

  #finish(error?: unknown): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnd(error);
  }
}
