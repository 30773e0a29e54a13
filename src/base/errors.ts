import { GraphQLError } from 'graphql';
import { noEnd } from './no-end.ts';

/** Codes of expected failures. A mutation returns them as data, in the `userErrors` of its payload. */
export const userErrorCodes = [
  'INVALID_INPUT',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'IDEMPOTENCY_MISMATCH',
  'RATE_LIMITED',
  'ROOM_ARCHIVED',
  'BANNED',
  'MUTED',
  'SLOW_MODE',
  'BLOCKED',
  'EDIT_WINDOW_CLOSED',
  'UNKNOWN_OUTCOME',
] as const;

export type UserErrorCode = (typeof userErrorCodes)[number];

/** Codes that appear only in the top-level `errors`. */
const requestErrorCodes = [
  'UNAUTHENTICATED',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PAYLOAD_TOO_LARGE',
  'CURSOR_UNKNOWN',
  'GAP_TOO_LARGE',
  'INTERNAL',
] as const;

export type RequestErrorCode = (typeof requestErrorCodes)[number];

export type ErrorCode = UserErrorCode | RequestErrorCode;

/** Why a token is refused, where signing in again with another token of the same kind would not help. */
export type TokenRefusal = 'DEACTIVATED' | 'UNTRUSTED';

interface Details {
  /** The input field that is wrong, from the root of the input; for a field with arguments, the argument. */
  path?: readonly string[];
  /** The rule that was broken, for INVALID_INPUT. */
  constraint?: string;
  /** For RATE_LIMITED and SLOW_MODE; rounded up, as clients get an Int. */
  retryAfterMs?: number;
  /** For UNAUTHENTICATED. */
  reason?: TokenRefusal;
}

/** A failure that is reported to the caller. Any other error is a fault: it is logged, and reported as INTERNAL. */
export class ChatError extends GraphQLError {
  readonly code: ErrorCode;
  readonly inputPath: readonly string[] | null;
  readonly constraint: string | null;
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    const retryable =
      code === 'RATE_LIMITED' || code === 'SLOW_MODE' || code === 'UNKNOWN_OUTCOME' || code === 'INTERNAL';
    const { constraint, reason } = details;
    const retryAfterMs = details.retryAfterMs && Math.ceil(details.retryAfterMs);
    const path = details.path?.length ? details.path : undefined;
    const known = Object.entries({ path, constraint, retryAfterMs, reason }).filter(([, value]) => value !== undefined);
    super(message, { extensions: { code, retryable, ...Object.fromEntries(known) } });
    this.code = code;
    this.inputPath = path ?? null;
    this.constraint = constraint ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

const codes: ReadonlySet<unknown> = new Set([...userErrorCodes, ...requestErrorCodes]);

/** Returns whether this is one of the codes above; libraries have others. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return codes.has(code);
}

export function isUserError(error: unknown): error is ChatError & { code: UserErrorCode } {
  return error instanceof ChatError && (userErrorCodes as readonly string[]).includes(error.code);
}

/** Returns whether the server caused a failure (a fault, or an unreachable database), and not the caller's request. */
export function isFault(error: unknown): boolean {
  const code = error instanceof GraphQLError ? error.extensions.code : null;
  return code === null || code === 'INTERNAL' || code === 'RATE_LIMITED';
}

export function invalidInput(message: string, path: readonly string[] = [], constraint?: string): ChatError {
  return new ChatError('INVALID_INPUT', message, { path, constraint });
}

/** Returns the error for a missing object, and for one that the viewer may not see: both look the same. */
export function notFound(what: string, path: readonly string[] = []): ChatError {
  return new ChatError('NOT_FOUND', `There is no such ${what}, or you have no access to it.`, { path });
}

export function forbidden(message: string, path: readonly string[] = []): ChatError {
  return new ChatError('FORBIDDEN', message, { path });
}

export function conflict(message: string, path: readonly string[] = []): ChatError {
  return new ChatError('CONFLICT', message, { path });
}

export function idempotencyMismatch(path: readonly string[] = []): ChatError {
  const message = 'This clientMessageId was already used for another message.';
  return new ChatError('IDEMPOTENCY_MISMATCH', message, { path });
}

export function roomArchived(path: readonly string[] = []): ChatError {
  return new ChatError('ROOM_ARCHIVED', 'The room is archived: it can be read, but not changed.', { path });
}

/** Returns the error for a user who is banned until a time; null if the time is not known. */
export function banned(until: Date | null, path: readonly string[] = []): ChatError {
  return new ChatError('BANNED', `You are banned from this room${endOf(until)}.`, { path });
}

/** Returns the error for a user who adds others, of whom one is banned. */
export function newcomerBanned(path: readonly string[]): ChatError {
  return new ChatError('BANNED', 'One of these users is banned from this room.', { path });
}

/** Returns the error for a user who may not send messages until a time; null if the time is not known. */
export function muted(until: Date | null, path: readonly string[] = []): ChatError {
  return new ChatError('MUTED', `You are muted in this room${endOf(until)}.`, { path });
}

/** `noEnd`: a ban or mute without an end. */
function endOf(until: Date | null): string {
  if (until === null) return '';
  return until < noEnd ? ` until ${until.toISOString()}` : ' without an end';
}

/** Returns the error for a member who sent a message to a room with slow mode a moment ago. */
export function slowMode(retryAfterMs: number, path: readonly string[] = []): ChatError {
  const message = `The room is in slow mode. Wait ${Math.ceil(retryAfterMs / 1000)} s before the next message.`;
  return new ChatError('SLOW_MODE', message, { path, retryAfterMs });
}

export function blocked(path: readonly string[] = []): ChatError {
  return new ChatError('BLOCKED', 'The user does not accept this from you.', { path });
}

export function editWindowClosed(path: readonly string[] = []): ChatError {
  return new ChatError('EDIT_WINDOW_CLOSED', 'The message is too old to be edited.', { path });
}

/** How long a client should wait unless the server knows better. */
export const usualRetryAfterMs = 1000;

export function rateLimited(message: string, retryAfterMs = usualRetryAfterMs): ChatError {
  return new ChatError('RATE_LIMITED', message, { retryAfterMs });
}

/**
 * Returns the error for a change that may or may not have been committed. The caller must check whether it was made, or
 * retry if that is safe.
 */
export function unknownOutcome(message: string): ChatError {
  return new ChatError('UNKNOWN_OUTCOME', message);
}

export function unauthenticated(message = 'Sign in first: this needs a valid access token.'): ChatError {
  return new ChatError('UNAUTHENTICATED', message);
}

/** Returns the error for a token whose session was ended or has expired. */
export function sessionEnded(): ChatError {
  return unauthenticated('The session has ended: sign in again.');
}

/** Returns the error for an operation during which the session ended. The user may be deactivated, and cannot sign in then. */
export function endedMeanwhile(): ChatError {
  return unauthenticated('The session ended before the operation did.');
}

/** Returns the error for a user who cannot sign in, with any token. */
export function accountDeactivated(): ChatError {
  const message = 'The account is deactivated. Only an administrator of this server can reactivate it.';
  return new ChatError('UNAUTHENTICATED', message, { reason: 'DEACTIVATED' });
}

/** Returns the error for a token that nobody issued whom this server trusts. */
export function untrustedToken(message: string): ChatError {
  return new ChatError('UNAUTHENTICATED', message, { reason: 'UNTRUSTED' });
}

export function badRequest(message: string): ChatError {
  return new ChatError('BAD_REQUEST', message);
}

export function payloadTooLarge(bytes: number): ChatError {
  return new ChatError('PAYLOAD_TOO_LARGE', `The request body is larger than ${bytes} bytes.`);
}

export function internal(): ChatError {
  return new ChatError('INTERNAL', 'The server has a fault and has logged it. Try again later.');
}
