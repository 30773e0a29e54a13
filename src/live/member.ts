import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Audience } from './audience.ts';
import type { AudienceMember } from './audience-members.ts';
import type { Batch } from './batch.ts';
import { connectionMutex } from './connection-mutex.ts';
import type { Numbered } from './log.ts';
import type { Reader } from './reader.ts';
import { bytesOf, NotShareable, type Rendering, type Shared } from './rendering.ts';
import { noPayloads, type Sink } from './sink.ts';

/** How a member shares results with the subscribers of the same operation. */
export interface SharedWith<Event extends Numbered> extends Shared<Event> {
  /** Adds the member to the audience of these subscribers; returns null if the member is behind the audience. */
  join: (member: AudienceMember<Event>) => Audience<Event> | null;
}

export interface MemberOptions<Event extends Numbered> {
  reader: Reader<Event>;
  sink: Sink;
  /** Called before each batch: an operation may turn out not to be shareable, and its viewer may get other rights. */
  sharedWith: () => SharedWith<Event>;
  /** Called once, when nothing more will be sent; with the error that ended the subscription, if one did. */
  onEnd: (error?: unknown) => void;
}

/**
 * A subscription. It is a member of an audience while its client keeps up. Otherwise it reads the log by itself, as fast as
 * its client reads, and the server keeps only its position.
 */
export class Member<Event extends Numbered> implements AudienceMember<Event> {
  readonly reader: Reader<Event>;
  readonly sink: Sink;
  readonly #options: MemberOptions<Event>;
  #audience: Audience<Event> | null = null;
  #isClosed = false;
  #isEnding = false;
  #wasLive = false;
  #noteEnd = () => {};

  constructor(options: MemberOptions<Event>) {
    this.#options = options;
    this.reader = options.reader;
    this.sink = options.sink;
  }

  /**
   * Whether the client was up to date when the member began to read by itself: the member came from an audience, and has
   * not had to wait until the client had room for more since then.
   */
  get wasLive(): boolean {
    return this.#wasLive;
  }

  shared(): Shared<Event> {
    return this.#options.sharedWith();
  }

  receive(payloads: readonly Buffer[]): void {
    if (this.sink.hasRoomFor(payloads)) this.sink.send(payloads);
    else this.catchUp();
  }

  catchUp(): void {
    this.#wasLive = this.#audience !== null;
    this.#leave();
    this.#read().catch((error: unknown) => this.#finish(error));
  }

  /** Ends the subscription because its reader's access has ended; the last batch says so. */
  end(): void {
    this.#isEnding = true;
    // A member that reads by itself ends with its next batch, and neither waits for the log nor for a result until then.
    this.#noteEnd();
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

  /**
   * Reads and sends batch after batch, until the member joins an audience or is closed. Each connection renders one batch at
   * a time: so at most one batch waits in memory in addition to the connection's budget.
   */
  async #read(): Promise<void> {
    let isInAudience = false;
    while (!this.#isClosed && !isInAudience) {
      // Outside the mutex: other subscriptions of the connection can send while the log does not answer this one.
      if (this.reader.mustRest) await this.#unlessEnded(this.reader.rest());
      isInAudience = await connectionMutex.run(this.sink.connection, () => this.#readOn());
    }
  }

  /** Sends the next batch, once there is room for it; returns whether the member is in an audience now. */
  async #readOn(): Promise<boolean> {
    if (!this.sink.hasRoomFor(noPayloads)) await this.#roomFor(noPayloads);
    // If the peer is gone, the transport will close the member. This saves the work until then.
    if (!this.sink.isOpen) this.close();
    if (this.#isClosed) return false;
    const { rendering, join } = this.#options.sharedWith();
    const batch = this.#isEnding ? this.reader.end() : await this.#unlessEnded(this.reader.next());
    if (this.#isClosed) return false;
    const isShared = batch ? await this.#sendBatch(batch, rendering) : true;
    if (isShared && batch?.status !== 'REPLAYING' && this.#mayJoin) this.#audience = join(this);
    if (batch && this.reader.isOver) this.#finish();
    // Without this pause, batches that are all in memory would block the event loop until the last one is sent.
    else if (batch?.status === 'REPLAYING') await nextTurn();
    return this.#audience !== null;
  }

  get #mayJoin(): boolean {
    const { reader, sink } = this;
    const isReading = !this.#isClosed && !this.#isEnding && !reader.isOver;
    return isReading && reader.isAtEnd && sink.hasRoomFor(noPayloads);
  }

  /** Sends a batch; returns whether its rendering can be shared with subscribers of the same operation. */
  async #sendBatch(batch: Batch<Event>, rendering: Rendering<Event>): Promise<boolean> {
    let isShared = true;
    const rendered = this.#render(batch, rendering).catch((error: unknown) => {
      if (!(error instanceof NotShareable)) throw error;
      isShared = false;
      return this.#render(batch, this.#options.sharedWith().rendering);
    });
    const payloads = await (this.#isEnding ? rendered : this.#unlessEnded(rendered));
    // If `end` was called meanwhile, the payloads may show something newer.
    if (payloads === null || (this.#isEnding && batch.events.length > 0)) this.reader.retake();
    else if (payloads.length > 0) await this.#sendPayloads(batch, payloads);
    return isShared;
  }

  /** Waits for the work, but no longer than until `end` is called; resolves to null then. */
  #unlessEnded<Result>(work: Promise<Result>): Promise<Result | null> {
    const ended = new Promise<null>((resolve) => {
      this.#noteEnd = () => resolve(null);
    });
    return Promise.race([work, ended]);
  }

  async #sendPayloads(batch: Batch<Event>, payloads: readonly Buffer[]): Promise<void> {
    if (this.reader.size.isTooLarge(batch.events, bytesOf(payloads))) return this.reader.retake();
    if (!this.sink.hasRoomFor(payloads)) await this.#roomFor(payloads);
    if (!this.#isClosed) this.sink.send(payloads);
  }

  /** Waits for room. A closed member stops waiting, because other members of its connection wait behind it. */
  async #roomFor(payloads: readonly Buffer[]): Promise<void> {
    const { sink } = this;
    while (!this.#isClosed && sink.isOpen && !sink.hasRoomFor(payloads)) {
      this.#wasLive = false;
      await sink.drained();
    }
  }

  async #render(batch: Batch<Event>, rendering: Rendering<Event>): Promise<readonly Buffer[]> {
    const { owner } = this.reader;
    const hasEnded = () => this.reader.endAfter(batch.positionBefore) !== null;
    if (hasEnded()) return rendering.renderForRevoked(batch);
    const payloads = await rendering.render(batch, rendering.personalFor(batch).has(owner) ? owner : null);
    // The access may have ended during the await, and the payloads may show what others still see.
    return hasEnded() ? rendering.renderForRevoked(batch) : payloads;
  }

  #finish(error?: unknown): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnd(error);
  }
}
