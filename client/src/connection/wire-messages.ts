import type { FormattedExecutionResult, SubscribePayload } from 'graphql-ws';
import type { ReceivedError } from '../base/errors.ts';

/** What a client sends. */
export type ClientMessage =
  | { readonly type: 'connection_init' | 'ping' | 'pong'; readonly payload?: object }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: SubscribePayload }
  | { readonly type: 'complete'; readonly id: string };

/** What a server says of an operation. */
export type Answer =
  | { readonly type: 'next'; readonly id: string; readonly payload: FormattedExecutionResult }
  | { readonly type: 'error'; readonly id: string; readonly payload: readonly ReceivedError[] }
  | { readonly type: 'complete'; readonly id: string };

/** What a server sends, as PROTOCOL.md of graphql-ws has it. */
export type ServerMessage =
  | Answer
  | { readonly type: 'connection_ack'; readonly payload?: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping'; readonly payload?: object }
  | { readonly type: 'pong' };

/** Returns a message of the server; throws if it is none, or lacks what the client reads without looking. */
export function parseMessage(text: unknown): ServerMessage {
  const message = JSON.parse(text as string);
  const { type, id, payload } = message;
  const isWhole =
    typeof id === 'string'
      ? type === 'complete' || (type === 'next' && isObject(payload)) || (type === 'error' && isObject(payload?.[0]))
      : type === 'connection_ack' || type === 'ping' || type === 'pong';
  if (!isWhole) throw new Error(`An unknown message: ${`${type}`.slice(0, 50)}`);
  return message;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
