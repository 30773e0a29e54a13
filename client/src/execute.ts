import type { SubscribePayload } from 'graphql-ws';
import type { Document } from './api.ts';
import type { Core, ExecuteOptions } from './core.ts';
import { ParleyError } from './errors.ts';
import { dataOf } from './http.ts';

/** Executes a query or mutation over the WebSocket, on one connection. The time runs from when it is sent. */
export function execute<D>(
  { run, clock }: Pick<Core, 'run' | 'clock'>,
  payload: SubscribePayload,
  { timeoutMs, signal }: ExecuteOptions = {},
): Promise<D> {
  return new Promise((resolve, reject) => {
    let result: Parameters<typeof dataOf>[0] = {};
    let cancelTimeout = () => {};
    const stop = (why: unknown) => {
      running.end();
      finish();
      reject(why);
    };
    const abort = () => stop(signal?.reason);
    const finish = () => {
      cancelTimeout();
      signal?.removeEventListener('abort', abort);
    };
    const running = run({
      mode: 'once',
      payload() {
        if (timeoutMs) cancelTimeout = clock.after(timeoutMs, () => stop(new ParleyError({ code: 'TIMEOUT' })));
        return payload;
      },
      next: (value) => {
        result = value;
      },
      ended: (error) => {
        finish();
        if (error) reject(error);
        else resolve(new Promise((settle) => settle(dataOf(result) as D)));
      },
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}

export function payloadOf<D, V>(document: Document<D, V>, variables: V): SubscribePayload {
  const query = typeof document === 'object' && 'query' in document ? document.query : document.toString();
  return { query, variables: variables as SubscribePayload['variables'] };
}
