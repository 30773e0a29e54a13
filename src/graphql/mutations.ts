import type { InputRef, ObjectFieldsShape, ObjectRef } from '@pothos/core';
import { isUserError, type UserErrorCode, userErrorCodes, usualRetryAfterMs } from '../base/errors.ts';
import { storageError } from '../storage/storage-error.ts';
import { builder, type SchemaTypes } from './builder.ts';
import type { Context } from './context.ts';
import { sized } from './costs.ts';

const descriptions: Record<UserErrorCode, string> = {
  INVALID_INPUT: 'A value breaks a rule; `constraint` names it. Mend the input.',
  NOT_FOUND: 'There is no such thing, or the viewer may not know of it.',
  FORBIDDEN: 'The viewer may see this but not do it.',
  CONFLICT: 'Something else already has this name, or the thing was deleted meanwhile or is full.',
  IDEMPOTENCY_MISMATCH: 'The same `clientMessageId` was used for another message.',
  RATE_LIMITED: 'Too much at once; try again after `retryAfterMs`.',
  ROOM_ARCHIVED: 'The room can be read but not changed.',
  BANNED: 'The user is banned from the room.',
  MUTED: 'The user may read but not write here.',
  EDIT_WINDOW_CLOSED: 'The message is too old to be edited.',
  UNKNOWN_OUTCOME:
    'The database did not answer: it may or may not have been done. Send a message again with the same `clientMessageId`; of other things look what became of them.',
};

const UserErrorCodeEnum = builder.enumType('UserErrorCode', {
  description: 'What went wrong, for programs.',
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
  description: 'An expected failure of a mutation: data, not a fault.',
  resolveType: ({ code }) => typeNames[code],
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What went wrong, for people, in English.' }),
    code: t.field({
      type: UserErrorCodeEnum,
      description: 'What went wrong, for programs.',
      resolve: ({ code }) => code,
    }),
    path: t.stringList({
      complexity: sized(4),
      nullable: true,
      description: 'The input field concerned, from the mutation’s arguments down; null if it is none in particular.',
      resolve: ({ path }) => path,
    }),
  }),
});

builder.objectType(builder.objectRef<Failure>('InvalidInputError'), {
  description: 'A value of the input breaks a rule.',
  interfaces: [UserError],
  fields: (t) => ({
    constraint: t.string({
      nullable: true,
      description: 'Name of the rule, such as `maxLength`.',
      resolve: (error) => error.constraint,
    }),
  }),
});

builder.objectType(builder.objectRef<Failure>('RateLimitedError'), {
  description: 'Too much at once, or a queue is full.',
  interfaces: [UserError],
  fields: (t) => ({
    retryAfterMs: t.int({
      description: 'When to try again, in milliseconds from now.',
      resolve: (error) => error.retryAfterMs ?? usualRetryAfterMs,
    }),
  }),
});

for (const [name, description] of Object.entries({
  NotFoundError: 'A thing named in the input does not exist or may not be known to the viewer.',
  ForbiddenError: 'The viewer may not do this; `code` tells why.',
  UnknownOutcomeError: 'Nobody knows whether it was done: the answer of the database was lost.',
  ConflictError: 'The input contradicts something that is already there; `code` tells what.',
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
        description: 'Why nothing was done; empty if all went well.',
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
        input: t.arg({ type: input as InputRef<object>, required: true, description: 'All that the mutation needs.' }),
      },
      resolve: (_root, args, context) => answer(context, args.input as Input),
    }),
  );
}
