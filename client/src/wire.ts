import { type Message, MessageType, parseMessage, stringifyMessage } from 'graphql-ws';
import type { WebSocketConstructor, WebSocketLike } from './api.ts';
import type { Clock } from './clock.ts';
import type { CloseReason } from './close-codes.ts';

const acknowledgedWithinMs = 10_000;
const quietMs = 5_000;
const hiddenQuietMs = 25_000;
const pongWithinMs = 4_000;
/** How long a connection has to answer after a sleep, or when the network may have changed. */
export const probeMs = 2_000;
/** A timer that fires so much too late was asleep, and says nothing about the peer. */
const sleptMs = 2_000;

export interface WireOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly clock: Clock;
  readonly init: Record<string, unknown>;
  readonly isHidden: () => boolean;
  readonly acknowledged: (payload: Readonly<Record<string, unknown>>) => void;
  readonly received: (message: Message) => void;
  readonly closed: (reason: CloseReason, details?: unknown) => void;
}

/** One WebSocket. After its end it calls nothing any more, whatever its socket does. */
export class Wire {
  /** The operation that has sent the largest message. */
  largest: { readonly id: string | undefined; readonly length: number } = { id: undefined, length: 0 };
  readonly #options: WireOptions;
  readonly #socket: WebSocketLike;
  #isOver = false;
  #isAcknowledged = false;
  #frames = 0;
  #lastFrameAt: number;
  #cancel = () => {};

  constructor(options: WireOptions) {
    const { clock, url, webSocket: WebSocket } = options;
    this.#options = options;
    this.#lastFrameAt = clock.now();
    this.#socket = new WebSocket(url, 'graphql-transport-ws');
    this.#socket.onopen = () => this.send({ type: MessageType.ConnectionInit, payload: options.init });
    this.#socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    this.#socket.onclose = ({ code }: { code?: number }) => this.#end(code);
    // Stays for ever: `ws` throws errors that nobody listens to. The close event follows.
    this.#socket.onerror = () => {};
    this.#later(acknowledgedWithinMs, () => this.#end('dead', 'no acknowledgement'));
  }

  send(message: Message): void {
    const text = stringifyMessage(message);
    if (text.length > this.largest.length) {
      this.largest = { id: 'id' in message ? message.id : undefined, length: text.length };
    }
    try {
      if (this.#socket.readyState === 1) this.#socket.send(text);
    } catch (error) {
      this.#end('broken', error);
    }
  }

  /** Asks for a sign of life, and ends the wire if none arrives in time. */
  probe(withinMs = probeMs): void {
    if (this.#isOver || !this.#isAcknowledged) return;
    const framesBefore = this.#frames;
    this.send({ type: MessageType.Ping });
    this.#later(withinMs, (slept) => {
      if (this.#frames > framesBefore) this.#watch();
      else if (slept) this.probe();
      else this.#end('dead');
    });
  }

  /** Ends the wire without telling its owner. */
  close(): void {
    this.#isOver = true;
    this.#cancel();
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(1000);
  }

  #end(reason: CloseReason, details?: unknown): void {
    if (this.#isOver) return;
    this.close();
    // Only `ws` has it: it waits half a minute for the answer of a dead peer otherwise.
    const { terminate } = this.#socket as { terminate?: () => void };
    if (reason === 'dead' && this.#isAcknowledged) terminate?.call(this.#socket);
    this.#options.closed(reason, details);
  }

  #receive(data: unknown): void {
    this.#frames += 1;
    this.#lastFrameAt = this.#options.clock.now();
    let message: Message;
    try {
      message = parseMessage(data);
    } catch (error) {
      this.#end('broken', error);
      return;
    }
    if (message.type === MessageType.Ping) {
      this.send({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) });
    } else if (message.type !== MessageType.ConnectionAck) this.#options.received(message);
    else if (!this.#isAcknowledged) {
      this.#isAcknowledged = true;
      this.#watch();
      this.#options.acknowledged(message.payload ?? {});
    }
  }

  /** Waits until the wire has been quiet for a while. */
  #watch(): void {
    const { clock, isHidden } = this.#options;
    const limit = isHidden() ? hiddenQuietMs : quietMs;
    this.#later(this.#lastFrameAt + limit - clock.now(), (slept) => {
      if (slept) this.probe();
      else if (clock.now() - this.#lastFrameAt < limit) this.#watch();
      else this.probe(pongWithinMs);
    });
  }

  #later(ms: number, work: (slept: boolean) => void): void {
    const { clock } = this.#options;
    const due = clock.now() + ms;
    this.#cancel();
    this.#cancel = clock.after(ms, () => work(clock.now() - due > sleptMs));
  }
}
