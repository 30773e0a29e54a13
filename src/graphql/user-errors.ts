import { isUserError, type UserErrorCode, userErrorCodes, usualRetryAfterMs } from '../base/errors.ts';
import { storageError } from '../storage/storage-error.ts';
import { builder } from './builder.ts';
import { sized } from './costs.ts';

const descriptions: Record<UserErrorCode, string> = {
  INVALID_INPUT: 'A value is not valid; `constraint` names the rule. Fix the input.',
  NOT_FOUND: 'The object does not exist, or the viewer has no access to it.',
  FORBIDDEN: 'The viewer can see this, but is not allowed to do it.',
  CONFLICT:
    'The present state does not allow the change: the name is taken, the object was deleted, a limit is reached, the room would lose its only owner, or the user is deactivated.',
  IDEMPOTENCY_MISMATCH: 'The `clientMessageId` was already used for another message.',
  RATE_LIMITED:
    'Too many requests, or the server cannot answer at the moment. The server did not make the change. Retry after `retryAfterMs`.',
  ROOM_ARCHIVED: 'The room is archived: it can be read, but not changed.',
  BANNED: 'The user is banned from the room.',
  MUTED: 'The user can read the room, but is not allowed to send messages to it; `message` says until when.',
  BLOCKED: 'The user whom this concerns has blocked the viewer.',
  SLOW_MODE: 'The room is in slow mode, and the user has just sent a message. Retry after `retryAfterMs`.',
  EDIT_WINDOW_CLOSED: 'The message is too old to be edited.',
  UNKNOWN_OUTCOME:
    'The database did not answer. The server may or may not have made the change. Send a message again with the same `clientMessageId`. After other mutations, fetch the current state.',
};

const UserErrorCodeEnum = builder.enumType('UserErrorCode', {
  description: 'The kinds of expected failure of a mutation.',
  values: Object.fromEntries(userErrorCodes.map((code) => [code, { description: descriptions[code] }])) as Record<
    UserErrorCode,
    { description: string }
  >,
});

const typeNames: Record<UserErrorCode, string> = {
  INVALID_INPUT: 'InvalidInputError',
  NOT_FOUND: 'NotFoundError',
  FORBIDDEN: 'ForbiddenError',
  CONFLICT: 'ConflictError',
  IDEMPOTENCY_MISMATCH: 'ConflictError',
  RATE_LIMITED: 'RateLimitedError',
  ROOM_ARCHIVED: 'ForbiddenError',
  BANNED: 'ForbiddenError',
  MUTED: 'ForbiddenError',
  BLOCKED: 'ForbiddenError',
  SLOW_MODE: 'RateLimitedError',
  EDIT_WINDOW_CLOSED: 'ForbiddenError',
  UNKNOWN_OUTCOME: 'UnknownOutcomeError',
};

/** An expected failure as a plain value: graphql-js would throw an Error that a resolver returns, even in a list. */
export interface Failure {
  code: UserErrorCode;
  message: string;
  path: readonly string[] | null;
  constraint: string | null;
  retryAfterMs: number | null;
}

/** The GraphQL interface `UserError`. */
export const UserError = builder.interfaceRef<Failure>('UserError').implement({
  description: 'An expected failure of a mutation.',
  resolveType: ({ code }) => typeNames[code],
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'What went wrong, for people, in English. The text may change.',
    }),
    code: t.field({
      type: UserErrorCodeEnum,
      description: 'What went wrong, for programs. Codes are stable.',
      resolve: ({ code }) => code,
    }),
    path: t.stringList({
      complexity: sized(4),
      nullable: true,
      description:
        'Path of the input field that caused the failure, such as `["input", "name"]`; null if no single field did.',
      resolve: ({ path }) => path,
    }),
  }),
});

builder.objectType(builder.objectRef<Failure>('InvalidInputError'), {
  description: 'A value in the input is not valid.',
  interfaces: [UserError],
  fields: (t) => ({
    constraint: t.string({
      nullable: true,
      description: 'Name of the rule that the value breaks, such as `maxLength`; null if the rule has no name.',
      resolve: (error) => error.constraint,
    }),
  }),
});

builder.objectType(builder.objectRef<Failure>('RateLimitedError'), {
  description:
    'RATE_LIMITED or SLOW_MODE: too many requests, or the server cannot answer at the moment. The server did not make the change.',
  interfaces: [UserError],
  fields: (t) => ({
    retryAfterMs: t.int({
      description: 'How long to wait before a retry, in milliseconds.',
      resolve: (error) => error.retryAfterMs ?? usualRetryAfterMs,
    }),
  }),
});

for (const [name, description] of Object.entries({
  NotFoundError: 'An object that the input names does not exist, or the viewer has no access to it.',
  ForbiddenError: 'The viewer is not allowed to do this; `code` gives the reason.',
  UnknownOutcomeError: 'The server does not know whether it made the change, because the database did not answer.',
  ConflictError: 'The input conflicts with the current state; `code` gives the reason.',
})) {
  builder.objectType(builder.objectRef<Failure>(name), { description, interfaces: [UserError] });
}

/** Returns an expected failure as a value, with its path in the input of a mutation. Throws every other error again. */
export function userErrorOf(thrown: unknown): Failure {
  const error = storageError(thrown) ?? thrown;
  if (!isUserError(error)) throw error;
  const { code, message, constraint, retryAfterMs } = error;
  return { code, message, path: error.inputPath && ['input', ...error.inputPath], constraint, retryAfterMs };
}
