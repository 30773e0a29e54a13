import {
  type FieldNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  locatedError,
  responsePathAsArray,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import type { Path, Run } from './run.ts';

/**
 * Returns what the result shows for a value that a resolver returned, or a promise of it. Only values of leaf types may
 * have no path.
 */
export type Complete = (run: Run, path: Path | undefined, value: unknown) => unknown;

/** The field whose values are completed. */
export interface CompletedField {
  readonly nodes: readonly FieldNode[];
  /** Such as `Message.author`. */
  readonly coordinate: string;
  /** Returns the function that completes values of an object type, an interface or a union. */
  completeComposite(type: GraphQLOutputType): Complete;
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Completes values of one type for a field. */
export class Completion {
  /** Completes a value that is no promise. Throws the errors of the value. */
  readonly complete: Complete;
  readonly #field: CompletedField;
  readonly #isNonNull: boolean;

  constructor(field: CompletedField, type: GraphQLOutputType) {
    this.#field = field;
    this.#isNonNull = isNonNullType(type);
    this.complete = isNonNullType(type) ? required(field, type.ofType) : optional(field, type);
  }

  /** Completes a value or a promise. If it has an error, adds the error and returns null, where the type allows null. */
  completeSafely(run: Run, path: Path, value: unknown): unknown {
    try {
      const completed = isPromise(value)
        ? value.then((resolved) => this.complete(run, path, resolved))
        : this.complete(run, path, value);
      return isPromise(completed) ? completed.then(undefined, (error) => this.fail(run, path, error)) : completed;
    } catch (error) {
      return this.fail(run, path, error);
    }
  }

  /** Adds the error and returns null; throws the error if the type does not allow null. */
  fail(run: Run, path: Path, cause: unknown): null {
    const error = locatedError(cause, this.#field.nodes, responsePathAsArray(path));
    if (this.#isNonNull) throw error;
    run.addError(error, path);
    return null;
  }
}

function optional(field: CompletedField, type: GraphQLOutputType): Complete {
  const complete = present(field, type);
  return (run, path, value) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return complete(run, path, value);
  };
}

function required(field: CompletedField, type: GraphQLOutputType): Complete {
  const complete = present(field, type);
  return (run, path, value) => {
    if (value === null || value === undefined) {
      throw new Error(`Cannot return null for non-nullable field ${field.coordinate}.`);
    }
    if (value instanceof Error) throw value;
    return complete(run, path, value);
  };
}

function present(field: CompletedField, type: GraphQLOutputType): Complete {
  if (isListType(type)) return list(field, type.ofType);
  return isLeafType(type) ? leafOf(type) : field.completeComposite(type);
}

const leaves = new WeakMap<GraphQLLeafType, Complete>();

function leafOf(type: GraphQLLeafType): Complete {
  const complete = leaves.get(type) ?? leaf(type);
  leaves.set(type, complete);
  return complete;
}

function leaf(type: GraphQLLeafType): Complete {
  return (_run, _path, value) => {
    const shown = type.serialize(value);
    if (shown !== null && shown !== undefined) return shown;
    const call = `${type.name}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(shown)}`);
  };
}

function list(field: CompletedField, itemType: GraphQLOutputType): Complete {
  const item = new Completion(field, itemType);
  return (run, path, values) => {
    if (!isIterable(values)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.coordinate}".`);
    }
    const completed: unknown[] = [];
    let hasPromise = false;
    try {
      for (const value of values) {
        const itemPath = { prev: path, key: completed.length, typename: undefined };
        const shown = item.completeSafely(run, itemPath, value);
        if (isPromise(shown)) hasPromise = true;
        completed.push(shown);
      }
    } catch (error) {
      // The promises before it may reject too: without a handler, that would end the process.
      if (hasPromise) void Promise.allSettled(completed);
      throw error;
    }
    return hasPromise ? Promise.all(completed) : completed;
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
}
