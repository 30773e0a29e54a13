import type { SubscribePayload } from 'graphql-ws';
import type { Document, RequestOptions } from '../api.ts';
import { leastRepeatMs, repeatMs } from '../base/backoff.ts';
import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { onAbort, withinLife } from '../base/deadline.ts';
import { dataOf, disposed, noAnswer, type ParleyError, type Result } from '../base/errors.ts';

const answerWithinMs = 15_000;

/** Executes a query or mutation over the WebSocket, on one connection. The time runs from when it is sent. */
export function execute<D, V>(
  { run, clock, ping }: Pick<Core, 'run' | 'clock' | 'ping'>,
  request: { readonly document: Document<D, V>; readonly variables: V } & RequestOptions,
): Promise<D> {
  const { signal } = request;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const alarm = createAlarm(clock);
    let result: Result = {};
    let unlisten = () => {};
    const finish = (error?: unknown) => {
      alarm();
      unlisten();
      if (error) reject(error);
      else resolve(new Promise((settle) => settle(dataOf(result) as D)));
    };
    const stop = (why: unknown) => {
      running.end();
      finish(why);
    };
    const running = run({
      mode: 'once',
      payload() {
        alarm(answerWithinMs, () => {
          stop(noAnswer());
          ping();
        });
        return payloadOf(request.document, request.variables);
      },
      next: (value) => {
        result = value;
      },
      ended: finish,
    });
    unlisten = onAbort(signal, () => stop(signal?.reason));
  });
}

/**
 * Executes a query over the WebSocket until it is answered, over connections that are lost, and faults that pass: those
 * that are `retryable`, and the end of a token.
 */
export async function persist<D, V>(
  core: Core,
  document: Document<D, V>,
  variables: V,
  signal = core.ended,
): Promise<D> {
  for (let failures = 0; ; failures++) {
    try {
      return await core.execute(document, variables, { signal });
    } catch (error) {
      const { code, retryable, retryAfterMs = repeatMs(failures) } = error as ParleyError;
      if (core.ended.aborted) throw disposed();
      if (signal.aborted || !(retryable || code === 'UNAUTHENTICATED')) throw error;
      // What is lost with its connection waits for the next one by itself.
      const ms = code === 'NETWORK' ? 0 : Math.max(retryAfterMs, leastRepeatMs(failures));
      // Nothing settles it but the end of the time, of the client, or of the signal.
      await withinLife(core, ms, () => new Promise(() => {}), signal).catch(() => {});
    }
  }
}

export function payloadOf<D, V>(document: Document<D, V>, variables: V): SubscribePayload {
  const query = typeof document === 'object' && 'query' in document ? document.query : document.toString();
  return { query, variables: variables as SubscribePayload['variables'] };
}
