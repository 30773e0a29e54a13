import type { ParleyOptions } from './api.ts';
import type { Clock } from './clock.ts';
import { errorOf, ParleyError, type ReceivedError } from './errors.ts';

const answerWithinMs = 30_000;

export interface HttpOptions extends Pick<ParleyOptions, 'deviceId' | 'language'> {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly ended: AbortSignal;
  readonly session: { token(): Promise<string | null>; refused(token: string | null): Promise<boolean> };
}

/** Executes a query or mutation over HTTP; with another token, if the server refuses the present one. */
export async function requestOverHttp(options: HttpOptions, body: object, signal?: AbortSignal): Promise<unknown> {
  const { session } = options;
  const token = await tokenOf(session);
  try {
    return await attempt(options, { body, token, signal });
  } catch (error) {
    const isRefused = error instanceof ParleyError && error.code === 'UNAUTHENTICATED' && token !== null;
    if (!isRefused || !(await session.refused(token))) throw error;
    return attempt(options, { body, token: await tokenOf(session), signal });
  }
}

/** Returns `fetch` with the token for requests to the GraphQL address, and with another one if the server refuses it. */
export function fetchWithToken({ url, fetch, session, deviceId, language }: HttpOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const isRequest = typeof input === 'object' && 'clone' in input;
    const target = new URL(isRequest ? input.url : input, url);
    const own = new URL(url);
    // No other server may see the token.
    if (target.origin !== own.origin || target.pathname !== own.pathname) return fetch(input, init);
    const send = (token: string | null) => {
      const headers = new Headers(init?.headers ?? (isRequest ? input.headers : {}));
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      if (deviceId) headers.set('x-device-id', deviceId);
      if (language) headers.set('accept-language', language);
      return fetch(isRequest ? input.clone() : target.href, { ...init, headers });
    };
    const token = await tokenOf(session);
    const response = await send(token);
    if (response.status !== 401 || token === null || !(await session.refused(token))) return response;
    return send(await tokenOf(session));
  };
}

async function tokenOf(session: HttpOptions['session']): Promise<string | null> {
  try {
    return await session.token();
  } catch (cause) {
    throw new ParleyError({ code: 'NETWORK', message: 'There is no token at the moment.', cause });
  }
}

interface Attempt {
  readonly body: object;
  readonly token: string | null;
  readonly signal: AbortSignal | undefined;
}

async function attempt(options: HttpOptions, { body, token, signal }: Attempt): Promise<unknown> {
  const { deviceId, language, clock, ended, url } = options;
  const aborter = new AbortController();
  const abort = () => aborter.abort();
  const cancelTimeout = clock.after(answerWithinMs, abort);
  const signals = signal ? [ended, signal] : [ended];
  for (const each of signals) each.addEventListener('abort', abort);
  try {
    if (signals.some(({ aborted }) => aborted)) abort();
    const response = await options.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(deviceId && { 'x-device-id': deviceId }),
        ...(language && { 'accept-language': language }),
      },
      body: JSON.stringify(body),
      signal: aborter.signal,
    });
    return dataOf(await response.json());
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause;
    if (signal?.aborted) throw signal.reason;
    throw new ParleyError({ code: ended.aborted ? 'DISPOSED' : aborter.signal.aborted ? 'TIMEOUT' : 'NETWORK', cause });
  } finally {
    cancelTimeout();
    for (const each of signals) each.removeEventListener('abort', abort);
  }
}

/** Returns the data of an answer, and throws its first error. */
export function dataOf({ data, errors }: { data?: unknown; errors?: readonly ReceivedError[] | undefined }): unknown {
  if (errors?.length || data === undefined || data === null) throw errorOf(errors ?? []);
  return data;
}
