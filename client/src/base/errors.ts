import { waitOf } from './clock.ts';

/** The server's codes, and those of this package. */
export type ErrorCode = ServerErrorCode | ClientErrorCode;

export type ServerErrorCode =
  | 'BAD_REQUEST'
  | 'BANNED'
  | 'BLOCKED'
  | 'CONFLICT'
  | 'CURSOR_UNKNOWN'
  | 'EDIT_WINDOW_CLOSED'
  | 'FORBIDDEN'
  | 'GAP_TOO_LARGE'
  | 'IDEMPOTENCY_MISMATCH'
  | 'INTERNAL'
  | 'INVALID_INPUT'
  | 'MUTED'
  | 'NOT_FOUND'
  | 'PAYLOAD_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'ROOM_ARCHIVED'
  | 'SLOW_MODE'
  | 'UNAUTHENTICATED'
  | 'UNKNOWN_OUTCOME';

export type ClientErrorCode =
  | 'DISCARDED'
  | 'DISPOSED'
  | 'EXPIRED'
  | 'HOLE'
  | 'NETWORK'
  | 'SIGNED_OUT'
  | 'STORAGE'
  | 'TIMEOUT';

export interface ErrorDetails {
  readonly code: ErrorCode;
  readonly message?: string;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly path?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** The only error of this package: `code` says what happened, `retryable` whether the same attempt may succeed later. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly path?: readonly string[];

  constructor({ code, message = code, retryable, retryAfterMs, path, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable ?? retryableCodes.has(code);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (path) this.path = path;
  }
}

const retryableCodes = new Set<ErrorCode>(['INTERNAL', 'NETWORK', 'RATE_LIMITED', 'TIMEOUT', 'UNKNOWN_OUTCOME']);

// The errors that the client makes itself. Their messages may be shown.

export const disposed = (): ParleyError => new ParleyError({ code: 'DISPOSED', message: 'The client is disposed of.' });

export const noAnswer = (): ParleyError => new ParleyError({ code: 'TIMEOUT', message: 'No answer in time.' });

export const noRoom = (): ParleyError =>
  new ParleyError({ code: 'NOT_FOUND', message: 'No such room, or no access to it.' });

export const notSignedIn = (why?: string): ParleyError =>
  new ParleyError({
    code: 'UNAUTHENTICATED',
    message: `${why === 'refused' ? 'The server refused the token' : 'Not signed in'}: get a token, then \`connect()\`.`,
  });

export const signedOut = (): ParleyError =>
  new ParleyError({ code: 'SIGNED_OUT', message: 'Signed out before it was sent.' });

/** What nothing but a WebSocket does cannot be done. */
export const noWebSocket = (): ParleyError =>
  new ParleyError({
    code: 'BAD_REQUEST',
    message: '`webSocket` must be a class, such as that of `ws`; with null, only HTTP works.',
  });

/** What GraphQL calls an error, as it arrives. */
export interface ReceivedError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Returns the first of the errors of an answer as a `ParleyError`. */
export function errorOf(errors: unknown): ParleyError {
  const [first] = Array.isArray(errors) ? errors : [];
  return new ParleyError({
    ...errorDetails({ ...first?.extensions, message: first?.message, path: first?.path }),
    cause: errors,
  });
}

/** Returns what a server says of an error, if it says it in the right types. Unknown codes stay as they are. */
export function errorDetails(said: Readonly<Record<string, unknown>>): ErrorDetails {
  const { code, message, retryable, path } = said;
  return {
    // The code for a lost connection is not the server's to give: what is lost is repeated at once.
    code: (typeof code === 'string' && code !== 'NETWORK' ? code : 'INTERNAL') as ErrorCode,
    message: typeof message === 'string' ? message : 'The server gave no reason.',
    retryable: typeof retryable === 'boolean' ? retryable : undefined,
    retryAfterMs: waitOf(said.retryAfterMs),
    path: Array.isArray(path) ? path.filter((part) => typeof part !== 'object').map(String) : undefined,
  };
}

/** Returns an error as one of this package. Any other one means that the server's answer has another form. */
export function parleyError(cause: unknown): ParleyError {
  if (cause instanceof ParleyError) return cause;
  return new ParleyError({ code: 'INTERNAL', message: cause instanceof Error ? cause.message : String(cause), cause });
}

/** What GraphQL answers, as it arrives. */
export interface Result {
  readonly data?: unknown;
  readonly errors?: readonly ReceivedError[] | undefined;
}

/** Returns the data of an answer, and throws its first error. */
export function dataOf({ data, errors }: Result): unknown {
  if (errors?.length || data === undefined || data === null) throw errorOf(errors);
  return data;
}

/** Throws the first error of a mutation's payload, if there is one. */
export function throwFirst([error]: readonly object[]): void {
  if (error) throw new ParleyError(errorDetails({ path: [], ...error }));
}
