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
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly path?: readonly string[];
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

/** What GraphQL calls an error, as it arrives. */
export interface ReceivedError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Returns the first of the errors of an answer as a `ParleyError`. Unknown codes stay as they are. */
export function errorOf(errors: unknown): ParleyError {
  const [first] = (Array.isArray(errors) ? errors : []) as (ReceivedError | undefined)[];
  const { message = 'The server gave no reason.', path, extensions } = first ?? {};
  const { code, retryable, retryAfterMs } = extensions ?? {};
  return new ParleyError({
    code: (typeof code === 'string' ? code : 'INTERNAL') as ErrorCode,
    message,
    ...(typeof retryable === 'boolean' && { retryable }),
    ...(typeof retryAfterMs === 'number' && { retryAfterMs }),
    ...(Array.isArray(path) && { path: path.map(String) }),
    cause: errors,
  });
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
