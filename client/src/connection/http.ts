import type { SubscribePayload } from 'graphql-ws';
import type { Base } from '../base/core.ts';
import { withinLife } from '../base/deadline.ts';
import { dataOf, ParleyError, type Result } from '../base/errors.ts';
import type { Session } from './session.ts';

const answerWithinMs = 30_000;

type Tokens = Pick<Session, 'token' | 'refused'>;

/** Returns `fetch` with the token for requests to the GraphQL address, and with another one if the server refuses it. */
export function fetchWithToken({ url, options, ended }: Base, session: Tokens): typeof globalThis.fetch {
  return async (input, init) => {
    const { deviceId, language, fetch = globalThis.fetch } = options;
    const isRequest = typeof input === 'object' && 'clone' in input;
    const target = new URL(isRequest ? input.url : input, url);
    const own = new URL(url);
    // No other server may see the token.
    if (target.origin !== own.origin || target.pathname !== own.pathname) return fetch(input, init);
    const send = async () => {
      const token = await session.token().catch((cause) => {
        throw new ParleyError({ code: ended.aborted ? 'DISPOSED' : 'NETWORK', message: `No token: ${cause}`, cause });
      });
      const headers = new Headers(init?.headers ?? (isRequest ? input.headers : {}));
      if (token !== null) headers.set('authorization', `Bearer ${token}`);
      if (deviceId) headers.set('x-device-id', deviceId);
      if (language) headers.set('accept-language', language);
      const response = await fetch(isRequest ? input.clone() : target.href, { ...init, headers });
      return { token, response };
    };
    const { token, response } = await send();
    if (response.status !== 401 || token === null || !(await session.refused(token))) return response;
    return (await send()).response;
  };
}

export interface HttpRequest {
  readonly fetch: typeof globalThis.fetch;
  readonly body: SubscribePayload;
  readonly signal?: AbortSignal | undefined;
}

/** Executes a query or mutation over HTTP. */
export async function requestOverHttp(base: Base, { fetch, body, signal }: HttpRequest): Promise<unknown> {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
    return await withinLife(base, answerWithinMs, post, signal);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (cause instanceof ParleyError) throw cause;
    // Without a text: JSON cannot hold it.
    const code = text ? 'NETWORK' : 'BAD_REQUEST';
    // `fetch` of Node.js only says that it failed; its cause has a code, such as ECONNREFUSED.
    const { code: reason = cause } = Object((cause as Error | undefined)?.cause);
    throw new ParleyError({ code, message: `${base.url}: ${reason}`, cause });
  }

  async function post(aborted: AbortSignal): Promise<unknown> {
    const response = await fetch(base.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: text!,
      signal: aborted,
    });
    return dataOf(resultOf(base.url, await response.text(), response.status));
  }
}

/** Returns what GraphQL answers. Throws what anything else says, such as a proxy: with its status, and its `error`. */
function resultOf(url: string, text: string, status: number): Result {
  let answer: (Result & { readonly error?: string }) | null = null;
  try {
    answer = JSON.parse(text);
  } catch {} // a page of HTML
  if (answer?.data !== undefined || answer?.errors) return answer;
  const isRefused = /^4(?!08|29)/.test(`${status}`);
  throw new ParleyError({
    code: isRefused ? 'BAD_REQUEST' : 'NETWORK',
    message: `${url}: HTTP ${status}: ${typeof answer?.error === 'string' ? answer.error : 'no GraphQL; should `url` end with /graphql?'}`,
  });
}
