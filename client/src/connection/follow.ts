import type { FormattedExecutionResult, Sink as RawSink, SubscribePayload } from 'graphql-ws';
import type { Reset } from '../api.ts';
import { createPace } from '../base/backoff.ts';
import type { Core, Running } from '../base/core.ts';
import { errorOf, type ParleyError } from '../base/errors.ts';
import type { Listeners } from '../base/store.ts';
import { frameOf, silentAfterMs } from './run.ts';
import { type Scanned, scan } from './scan-operation.ts';
import { syncCursorQuery } from './sync-cursor.ts';

interface ResumeOptions extends Pick<Core, 'run' | 'log' | 'clock' | 'random'> {
  readonly resets: Listeners<[Reset, again: () => void]>;
}

/**
 * Runs any operation. A subscription goes on after each cut where it stopped: its cursor is written into the variable
 * that its root field takes as `after`. Whoever subscribed sees only its own variables. Returns a function that ends it.
 */
export function follow(
  { run, log, resets, ...times }: ResumeOptions,
  payload: SubscribePayload,
  sink: RawSink<FormattedExecutionResult>,
): () => void {
  const { query, variables = {} } = payload;
  const scanned = scan(query, payload.operationName);
  const { kind, rootField, after, room } = scanned;
  const given: Readonly<Record<string, unknown>> = variables ?? {};
  const roomId = room && given[room];
  let cursor = after && given[after];
  const pace = createPace(times);
  let question: Running | undefined;
  /** Changes with each reset: an answer to an earlier one is ignored. */
  let era = {};

  // The first result has a cursor, but it may come long after the subscription, and after a cut.
  const startsPaused = Boolean(after && rootField === 'messageAdded' && !cursor && roomId);
  if (isIncomplete(scanned)) log({ level: 'warn', what: 'no `after: $variable` or `cursor`', rootField });
  const running = run({
    // A mutation may have been executed before its answer was lost: whoever sent it decides.
    mode: kind === 'mutation' ? 'once' : kind === 'query' ? 'query' : 'stream',
    startsPaused,
    silentAfterMs: rootField === 'roomEvents' ? silentAfterMs : 0,
    payload: () => (after && cursor ? { ...payload, variables: { ...given, [after]: cursor } } : payload),
    next(result) {
      const frame = kind === 'subscription' ? frameOf(result) : undefined;
      if (frame?.status === 'RESET') {
        running.pause();
        reset(asError(frame.resetReason));
        return;
      }
      if (typeof frame?.cursor === 'string') cursor = frame.cursor;
      sink.next(result);
    },
    lost() {
      // Nobody knows what has been missed since the subscription began: whoever listens fetches it.
      if (!after || cursor || !roomId || resets.size === 0) return;
      running.pause();
      reset(asError());
    },
    failed(error) {
      if (!/^(CURSOR_UNKNOWN|GAP_TOO_LARGE)$/.test(error.code)) return 'end';
      reset(error);
      return 'pause';
    },
    ended(error) {
      stop();
      if (error) sink.error(error);
      else sink.complete();
    },
  });
  if (startsPaused) begin();
  return end;

  function end(): void {
    stop();
    running.end();
  }

  function stop(): void {
    era = {};
    pace.stop();
    question?.end();
  }

  function reset(error: ParleyError): void {
    pace.again(() => tell(error));
  }

  /** Whoever listens fetches what cannot be replayed. If nobody does, the subscription ends: nothing is skipped in silence. */
  function tell(error: ParleyError): void {
    if (resets.size === 0) {
      end();
      sink.error(error);
      return;
    }
    const mine = {};
    era = mine;
    const resume = (at: string) => {
      if (mine === era) resumeAt(at);
    };
    const reason = error.code;
    const told = { query, variables: given, roomId: typeof roomId === 'string' ? roomId : undefined, reason, resume };
    resets.call(told, () => mine === era && reset(error));
  }

  /** Asks where the room's log is, and begins there. Without an answer, it begins with what the server sends next. */
  function begin(): void {
    let answer: unknown;
    question = run({
      mode: 'query',
      payload: () => ({ query: syncCursorQuery, variables: { id: roomId } }),
      next(result) {
        answer = frameOf(result)?.syncCursor;
      },
      ended: () => resumeAt(answer),
    });
  }

  function resumeAt(at: unknown): void {
    era = {};
    cursor = at;
    running.resume();
  }
}

/** Returns what a frame says about a history that cannot be replayed, in the form of the server's errors. */
function asError(code: unknown = 'CURSOR_UNKNOWN'): ParleyError {
  return errorOf([{ message: 'What was missed cannot be replayed.', extensions: { code } }]);
}

/** Whether a subscription to a room's log cannot go on where it stopped. */
function isIncomplete({ kind, rootField = '', after, hasCursor }: Scanned): boolean {
  return kind === 'subscription' && /^(roomEvents|messageAdded)$/.test(rootField) && !(after && hasCursor);
}
