import type { FormattedExecutionResult, Sink as RawSink, SubscribePayload } from 'graphql-ws';
import { type Scanned, scan } from './after-variable.ts';
import type { LogEntry, Reset } from './api.ts';
import type { Operation, Running } from './core.ts';
import type { ParleyError } from './errors.ts';
import { frameOf } from './operations.ts';

/** Longer than the server's heartbeats are apart. */
const silentAfterMs = 35_000;
const syncCursorQuery = 'query($id: ID!) { room(id: $id) { syncCursor } }';

export interface ResumeOptions {
  readonly run: (operation: Operation) => Running;
  /** Tells the app of a reset; returns whether somebody listens. */
  readonly reset: (reset: Reset) => boolean;
  readonly log: (entry: LogEntry) => void;
}

/**
 * Runs any operation. A subscription goes on after each cut where it stopped: its cursor is written into the variable
 * that its root field takes as `after`. Whoever subscribed sees only its own variables. Returns a function that ends it.
 */
export function follow(options: ResumeOptions, payload: SubscribePayload, sink: RawSink<FormattedExecutionResult>) {
  const followed = new Followed(options, payload, sink);
  return () => followed.end();
}

class Followed implements Operation {
  readonly mode: NonNullable<Operation['mode']>;
  readonly startsPaused: boolean;
  readonly silentAfterMs: number;
  readonly #options: ResumeOptions;
  readonly #payload: SubscribePayload;
  readonly #sink: RawSink<FormattedExecutionResult>;
  readonly #scanned: Scanned;
  readonly #running: Running;
  #question: Running | undefined;
  #cursor: unknown;
  /** Changes with each reset: an answer to an earlier one is ignored. */
  #era = {};

  constructor(options: ResumeOptions, payload: SubscribePayload, sink: RawSink<FormattedExecutionResult>) {
    this.#options = options;
    this.#payload = payload;
    this.#sink = sink;
    this.#scanned = scan(payload.query, payload.operationName);
    const { kind, rootField, after } = this.#scanned;
    this.#cursor = after && payload.variables?.[after];
    // A mutation may have been executed before its answer was lost: whoever sent it decides.
    this.mode = kind === 'mutation' ? 'once' : kind === 'query' ? 'query' : 'stream';
    this.silentAfterMs = rootField === 'roomEvents' ? silentAfterMs : 0;
    this.#warn();
    // The first result has a cursor, but it may come long after the subscription, and after a cut.
    this.startsPaused = Boolean(after && rootField === 'messageAdded' && !this.#cursor && this.#room);
    this.#running = options.run(this);
    if (this.startsPaused) this.#begin();
  }

  payload(): SubscribePayload {
    const { after } = this.#scanned;
    if (!after || !this.#cursor) return this.#payload;
    return { ...this.#payload, variables: { ...this.#payload.variables, [after]: this.#cursor } };
  }

  next(result: FormattedExecutionResult): void {
    const frame = this.#scanned.kind === 'subscription' ? frameOf(result) : undefined;
    if (frame?.status === 'RESET') {
      this.#running.pause();
      this.#reset(typeof frame.resetReason === 'string' ? frame.resetReason : 'RESET');
      return;
    }
    if (typeof frame?.cursor === 'string') this.#cursor = frame.cursor;
    this.#sink.next(result);
  }

  failed({ code }: ParleyError): 'end' | 'pause' {
    if (code !== 'CURSOR_UNKNOWN' && code !== 'GAP_TOO_LARGE') return 'end';
    this.#reset(code);
    return 'pause';
  }

  ended(error?: ParleyError): void {
    this.#question?.end();
    if (error) this.#sink.error(error);
    else this.#sink.complete();
  }

  end(): void {
    this.#question?.end();
    this.#running.end();
  }

  get #room(): unknown {
    const { room } = this.#scanned;
    return room && this.#payload.variables?.[room];
  }

  #reset(reason: string): void {
    const era = {};
    this.#era = era;
    const { query, variables } = this.#payload;
    const resume = (cursor: string) => {
      if (era === this.#era) this.#resumeAt(cursor);
    };
    const room = this.#room;
    const roomId = typeof room === 'string' ? room : undefined;
    if (this.#options.reset({ query, variables: variables ?? {}, roomId, reason, resume })) return;
    this.#options.log({ level: 'warn', what: 'reset without a listener', reason });
    this.#begin();
  }

  /** Asks where the room's log is, and begins there. Without an answer, it begins with what the server sends next. */
  #begin(): void {
    let cursor: unknown;
    const question = this.#options.run({
      mode: 'query',
      payload: () => ({ query: syncCursorQuery, variables: { id: this.#room } }),
      next: (result) => {
        cursor = frameOf(result)?.syncCursor;
      },
      ended: () => this.#resumeAt(cursor),
    });
    this.#question = question;
  }

  #resumeAt(cursor: unknown): void {
    this.#era = {};
    this.#cursor = cursor;
    this.#running.resume();
  }

  #warn(): void {
    const { kind, rootField = '', after, hasCursor } = this.#scanned;
    if (kind !== 'subscription' || !/^(roomEvents|messageAdded)$/.test(rootField) || (after && hasCursor)) return;
    this.#options.log({ level: 'warn', what: 'this subscription has no `after: $variable` or no `cursor`', rootField });
  }
}
