import type { WebSocketLike } from '../api.ts';
import { createAlarm } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import { noWebSocket } from '../base/errors.ts';
import { guard } from '../base/guard.ts';
import { type Answer, type ClientMessage, parseMessage, type ServerMessage } from './wire-messages.ts';

const acknowledgedWithinMs = 10_000;
const quietMs = 5_000;
const hiddenQuietMs = 25_000;
const pongWithinMs = 4_000;
/** How long a connection has to answer after a sleep, or when the network may have changed. */
const probeMs = 2_000;
/** A timer that fires so much too late was asleep, and says nothing about the peer. */
const sleptMs = 2_000;

/** Why a connection ended: a close code, or what the client found itself. Browsers and React Native may give none. */
export type CloseReason = number | 'dead' | 'broken' | 'token' | undefined;

export interface WireOptions {
  readonly init: object;
  readonly acknowledged: (payload: Readonly<Record<string, unknown>>) => void;
  readonly received: (answer: Answer) => void;
  readonly closed: (reason: CloseReason, details?: unknown) => void;
}

/** One WebSocket. After its end it calls nothing any more, whatever its socket does. */
export interface Wire {
  /** Returns the id of the operation that has sent the largest message. */
  readonly largest: () => string | undefined;
  readonly send: (message: ClientMessage) => void;
  /** Asks for a sign of life, and ends the wire if none arrives in time. */
  readonly probe: () => void;
  /** Ends the wire without telling its owner. */
  readonly close: () => void;
}

export function openWire({ clock, wake, url, options }: Base, owner: WireOptions): Wire {
  const { webSocket: WebSocketClass = globalThis.WebSocket } = options;
  if (!WebSocketClass) throw noWebSocket();
  const socket: WebSocketLike & { terminate?(): void } = new WebSocketClass(
    url.replace(/^http/, 'ws'),
    'graphql-transport-ws',
  );
  const alarm = createAlarm(clock);
  let isOver = false;
  let isAcknowledged = false;
  let hasAnswered = false;
  let lastFrameAt = clock.now();
  let largest: string | undefined;
  let largestLength = 0;
  let failure: unknown;

  socket.onopen = () => send({ type: 'connection_init', payload: owner.init });
  socket.onmessage = receive;
  socket.onclose = ({ code, reason }: { code?: number; reason?: string }) => end(code, reason || failure);
  // Stays for ever: `ws` throws errors that nobody listens to. The close event follows. Browsers say nothing more.
  socket.onerror = ({ error }: { error?: unknown }) => {
    failure = error;
  };
  later(acknowledgedWithinMs, () => end('dead'));
  return { largest: () => largest, send, probe, close };

  function send(message: ClientMessage): void {
    const text = JSON.stringify(message);
    if (text.length > largestLength) {
      largestLength = text.length;
      largest = 'id' in message ? message.id : undefined;
    }
    if (socket.readyState === 1) guard(() => socket.send(text), broken);
  }

  function close(isDead = false): void {
    isOver = true;
    alarm();
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
      // Only `ws` has it: it waits half a minute for the answer of a dead peer otherwise.
      if (isDead) socket.terminate?.();
    } catch {} // nobody uses it any more
  }

  function end(reason: CloseReason, details?: unknown): void {
    if (isOver) return;
    close(reason === 'dead' && isAcknowledged);
    owner.closed(reason, details);
  }

  function receive({ data }: { data: unknown }): void {
    if (isOver) return;
    hasAnswered = true;
    lastFrameAt = clock.now();
    guard(() => take(parseMessage(data)), broken);
  }

  function broken(error: unknown): void {
    end('broken', error);
  }

  function take(message: ServerMessage): void {
    if (message.type === 'ping') send({ ...message, type: 'pong' });
    else if (message.type === 'connection_ack') acknowledge(message.payload ?? {});
    else if (message.type !== 'pong') owner.received(message);
  }

  function acknowledge(payload: Readonly<Record<string, unknown>>): void {
    if (isAcknowledged) return;
    isAcknowledged = true;
    watch();
    owner.acknowledged(payload);
  }

  function probe(withinMs = probeMs): void {
    if (isOver || !isAcknowledged) return;
    hasAnswered = false;
    send({ type: 'ping' });
    later(withinMs, (slept) => {
      if (hasAnswered) watch();
      else if (slept) probe();
      else end('dead');
    });
  }

  /** Waits until the wire has been quiet for a while. */
  function watch(): void {
    const limit = wake.isHidden?.() ? hiddenQuietMs : quietMs;
    later(lastFrameAt + limit - clock.now(), (slept) => {
      if (!slept && clock.now() - lastFrameAt < limit) watch();
      else probe(slept ? probeMs : pongWithinMs);
    });
  }

  function later(ms: number, work: (slept: boolean) => void): void {
    const due = clock.now() + ms;
    alarm(ms, () => work(clock.now() - due > sleptMs));
  }
}
