import type { InputRef, ObjectFieldsShape, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type SchemaTypes } from './builder.ts';
import type { Context } from './context.ts';
import { sized } from './costs.ts';
import { type Failure, UserError, userErrorOf } from './user-errors.ts';

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
  builder.mutationField(name, (t) =>
    t.field({
      type: payload as ObjectRef<SchemaTypes, Failed>,
      description,
      complexity: costOfInput ? ({ input: given }) => 1 + costOfInput(given as Input) : 1,
      extensions: { anonymous },
      args: {
        input: t.arg({ type: input as InputRef<object>, required: true, description: 'The input of the mutation.' }),
      },
      resolve: (_root, args, context, info) => answer(context, info, () => run(context, args.input as Input)),
    }),
  );
}

/** Declares a mutation that needs no input. */
export function plainMutation<Payload extends Failed>(
  name: string,
  {
    description,
    payload,
    run,
  }: Pick<MutationOptions<never, Payload>, 'description' | 'payload'> & {
    run: (context: Context) => Promise<Payload>;
  },
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type: payload as ObjectRef<SchemaTypes, Failed>,
      description,
      complexity: 1,
      resolve: (_root, _args, context, info) => answer(context, info, () => run(context)),
    }),
  );
}

/** Runs a mutation once. If the operation is resolved again, returns the same payload, or the same fault. */
function answer<Payload extends Failed>(
  context: Context,
  { path: { key } }: Pick<GraphQLResolveInfo, 'path'>,
  run: () => Promise<Payload> | Payload,
): Promise<Payload> {
  const known = context.payloads?.get(String(key));
  if (known) return known as Promise<Payload>;
  const payload = payloadOf(context, run);
  context.payloads?.set(String(key), payload);
  return payload;
}

async function payloadOf<Payload extends Failed>(
  context: Context,
  run: () => Promise<Payload> | Payload,
): Promise<Payload> {
  try {
    return await run();
  } catch (thrown) {
    return { userErrors: [userErrorOf(thrown)] } as Payload;
  } finally {
    context.loaded.clear(); // the mutation may have changed what loaders have cached
  }
}
