import type { InputRef, ObjectFieldsShape, ObjectRef } from '@pothos/core';
import { isUserError, type UserErrorCode, userErrorCodes, usualRetryAfterMs } from '../base/errors.ts';
import { storageError } from '../storage/storage-error.ts';
import { builder, type SchemaTypes } from './builder.ts';
import type { Context } from './context.ts';
import { sized } from './costs.ts';

const descriptions: Record<UserErrorCode, string> = {
  INVALID_INPUT: 'A value is not valid; `constraint` names the rule. Fix the input.',
  NOT_FOUND: 'The object does not exist, or the viewer has no access to it.',
  FORBIDDEN: 'The viewer can see this, but is not allowed to do it.',
  CONFLICT: 'Another object has this name, or the object was deleted in the meantime or is full.',
  IDEMPOTENCY_MISMATCH: 'The `clientMessageId` was already used with another text or reply.',
  RATE_LIMITED:
    'Too many requests, or the server cannot answer at the moment. It changed nothing. Retry after `retryAfterMs`.',
  ROOM_ARCHIVED: 'The room is archived: it can be read, but not changed.',
  BANNED: 'The user is banned from the room.',
  MUTED: 'The user can read the room, but is not allowed to write in it.',
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
  EDIT_WINDOW_CLOSED: 'ForbiddenError',
  UNKNOWN_OUTCOME: 'UnknownOutcomeError',
};

/** An expected failure as a plain value: graphql-js would throw an Error that a resolver returns, even in a list. */
interface Failure {
  code: UserErrorCode;
  message: string;
  path: readonly string[] | null;
  constraint: string | null;
  retryAfterMs: number | null;
}

const UserError = builder.interfaceRef<Failure>('UserError').implement({
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
  description: 'Too many requests, or the server cannot answer at the moment. It changed nothing.',
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

interface Failed {
  userErrors?: Failure[];
}

/** Declares a payload with its own fields and `userErrors`. After a failure its own fields are absent. */
export function payloadType<Shape extends object>(
  name: string,
  description: string,
  fields: ObjectFieldsShape<SchemaTypes, Partial<Shape> & Failed>,
): ObjectRef<SchemaTypes, Partial<Shape> & Failed> {
  return builder.objectRef<Partial<Shape> & Failed>(name).implement({
    description,
    fields: (t) => ({
      ...fields(t),
      userErrors: t.field({
        type: [UserError],
        complexity: sized(1),
        description: 'Why the mutation failed; empty if it succeeded.',
        resolve: (payload) => payload.userErrors ?? [],
      }),
    }),
  });
}

interface MutationOptions<Input, Payload> {
  description: string;
  /** Whether anonymous callers may use it. */
  anonymous?: boolean;
  input: InputRef<Input>;
  /** Returns what the lists in the input add to the cost. */
  costOfInput?: (input: Input) => number;
  payload: ObjectRef<SchemaTypes, Payload>;
  run: (context: Context, input: Input) => Promise<Payload> | Payload;
}

/** Declares a mutation with one `input` and one payload. Expected failures of `run` become the payload's `userErrors`. */
export function mutation<Input, Payload extends Failed>(name: string, options: MutationOptions<Input, Payload>): void {
  const { description, anonymous = false, input, costOfInput, payload, run } = options;
  const answer = async (context: Context, given: Input): Promise<Payload> => {
    try {
      return await run(context, given);
    } catch (thrown) {
      const error = storageError(thrown) ?? thrown;
      if (!isUserError(error)) throw error;
      const { code, message, constraint, retryAfterMs } = error;
      const path = error.inputPath && ['input', ...error.inputPath];
      return { userErrors: [{ code, message, path, constraint, retryAfterMs }] } as Payload;
    } finally {
      context.loaded.clear(); // the mutation may have changed what loaders have cached
    }
  };
  builder.mutationField(name, (t) =>
    t.field({
      type: payload as ObjectRef<SchemaTypes, Failed>,
      description,
      complexity: costOfInput ? ({ input: given }) => 1 + costOfInput(given as Input) : 1,
      extensions: { anonymous },
      args: {
        input: t.arg({ type: input as InputRef<object>, required: true, description: 'The input of the mutation.' }),
      },
      resolve: (_root, args, context) => answer(context, args.input as Input),
    }),
  );
}
