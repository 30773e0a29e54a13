import {
  defaultTypeResolver,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  isObjectType,
  locatedError,
  OperationTypeNode,
  responsePathAsArray,
} from 'graphql';
import { CollectedErrors } from './collected-errors.ts';
import type { AbstractPlan, FieldPlan, LeafPlan, ListPlan, SelectionPlan, ValuePlan } from './plan.ts';
import { type Executed, fieldPath, ResolveInfo } from './resolve-info.ts';

type Path = GraphQLResolveInfo['path'];
type Arguments = Record<string, unknown>;

const noArguments: Arguments = Object.freeze({});

/** One execution of an operation, as section 6 of the GraphQL specification describes it. */
export class Execution {
  readonly errors = new CollectedErrors();
  readonly #executed: Executed;
  readonly #context: unknown;
  /** The arguments of each field that has some: they are equal for all objects in its place. */
  readonly #arguments: Arguments[] = [];

  constructor(executed: Executed, context: unknown) {
    this.#executed = executed;
    this.#context = context;
  }

  /** Returns the data, or a promise if a resolver returned one. Throws, or rejects, if there is no data for an error. */
  run(): unknown {
    const { plan, rootValue } = this.#executed;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION;
    return isSerial ? this.#oneByOne(plan.root) : this.#select(plan.root, rootValue, undefined);
  }

  async #oneByOne({ fields, Result }: SelectionPlan): Promise<unknown> {
    const result = new Result();
    for (const field of fields) result[field.key] = await this.#field(field, this.#executed.rootValue, undefined);
    return result;
  }

  #select({ fields, Result }: SelectionPlan, source: unknown, path: Path | undefined): unknown {
    const result = new Result();
    let pending: string[] | undefined;
    try {
      for (const field of fields) {
        const value = this.#field(field, source, path);
        result[field.key] = value;
        if (!isPromise(value)) continue;
        pending ??= [];
        pending.push(field.key);
      }
    } catch (error) {
      if (!pending) throw error;
      return thrownAfter(Object.values(result), error);
    }
    return pending ? filled(result, pending) : result;
  }

  #field(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const plan = field.value;
    // Nothing is below a leaf, so it needs a path only for an error.
    const path = plan.kind === 'leaf' ? undefined : fieldPath(field, parentPath);
    try {
      const completed = this.#complete(plan, path, this.#resolve(field, source, parentPath));
      return isPromise(completed) ? this.#caught(plan, path ?? fieldPath(field, parentPath), completed) : completed;
    } catch (error) {
      return this.#failed(plan, path ?? fieldPath(field, parentPath), error);
    }
  }

  #resolve(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const { resolve, name } = field.definition;
    if (resolve) {
      return resolve(
        source,
        this.#argumentsOf(field),
        this.#context,
        new ResolveInfo(this.#executed, field, parentPath),
      );
    }
    if (!isObject(source)) return undefined;
    const property = source[name];
    if (typeof property !== 'function') return property;
    const info = new ResolveInfo(this.#executed, field, parentPath);
    return property.call(source, this.#argumentsOf(field), this.#context, info);
  }

  #argumentsOf({ argumentsAt, definition, nodes }: FieldPlan): Arguments {
    if (argumentsAt === null) return noArguments;
    this.#arguments[argumentsAt] ??= getArgumentValues(definition, nodes[0]!, this.#executed.variableValues);
    return this.#arguments[argumentsAt];
  }

  #complete(plan: ValuePlan, path: Path | undefined, value: unknown): unknown {
    if (isPromise(value)) return this.#completeLater(plan, path, value);
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return this.#completePresent(plan, path, value);
    if (!plan.isRequired) return null;
    const { parentType, definition } = plan.field;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  }

  /** Apart from `complete`, as V8 makes functions slower whose parameters a closure refers to. So are those below. */
  #completeLater(plan: ValuePlan, path: Path | undefined, value: Promise<unknown>): Promise<unknown> {
    return value.then((resolved) => this.#complete(plan, path, resolved));
  }

  #completePresent(plan: ValuePlan, path: Path | undefined, value: unknown): unknown {
    switch (plan.kind) {
      case 'leaf':
        return serialized(plan, value);
      case 'list':
        return this.#completeList(plan, path, value);
      case 'object':
        return this.#completeObject(plan, plan.type, path, value);
      case 'abstract':
        return this.#completeAbstract(plan, path, value);
    }
  }

  #completeList({ item, field }: ListPlan, path: Path | undefined, value: unknown): unknown {
    if (!isIterable(value)) {
      const { parentType, definition } = field;
      const place = `${parentType.name}.${definition.name}`;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${place}".`);
    }
    const items: unknown[] = [];
    let hasPending = false;
    try {
      for (const each of value) {
        const completed = this.#item(item, { prev: path, key: items.length, typename: undefined }, each);
        hasPending ||= isPromise(completed);
        items.push(completed);
      }
    } catch (error) {
      if (!hasPending) throw error;
      return thrownAfter(items, error);
    }
    return hasPending ? Promise.all(items) : items;
  }

  #item(plan: ValuePlan, path: Path, value: unknown): unknown {
    try {
      const completed = this.#complete(plan, path, value);
      return isPromise(completed) ? this.#caught(plan, path, completed) : completed;
    } catch (error) {
      return this.#failed(plan, path, error);
    }
  }

  #completeAbstract(plan: AbstractPlan, path: Path | undefined, value: unknown): unknown {
    const resolveType = plan.type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, this.#context, this.#infoOf(plan.field, path), plan.type);
    if (isPromise(name)) return this.#completeNamedLater(plan, path, { name, value });
    return this.#completeObject(plan, this.#runtimeType(plan, name), path, value);
  }

  #completeNamedLater(
    plan: AbstractPlan,
    path: Path | undefined,
    { name, value }: { name: Promise<unknown>; value: unknown },
  ): Promise<unknown> {
    return name.then((found) => this.#completeObject(plan, this.#runtimeType(plan, found), path, value));
  }

  #runtimeType({ type, field }: AbstractPlan, name: unknown): GraphQLObjectType {
    const { schema } = this.#executed.plan;
    const found = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(found) && schema.isSubType(type, found)) return found;
    const message = `Abstract type "${type.name}" was resolved to "${String(name)}", which is not one of its object types.`;
    throw new GraphQLError(message, { nodes: field.nodes });
  }

  #completeObject({ field }: ValuePlan, type: GraphQLObjectType, path: Path | undefined, value: unknown): unknown {
    if (type.isTypeOf) {
      const isOfType = type.isTypeOf(value, this.#context, this.#infoOf(field, path));
      if (isPromise(isOfType)) return this.#completeCheckedLater({ field, type, isOfType }, path, value);
      if (!isOfType) throw wrongType(field, type);
    }
    return this.#select(field.selectionOf(type), value, path);
  }

  #completeCheckedLater({ field, type, isOfType }: Checked, path: Path | undefined, value: unknown): Promise<unknown> {
    return isOfType.then((is) => {
      if (!is) throw wrongType(field, type);
      return this.#select(field.selectionOf(type), value, path);
    });
  }

  #infoOf(field: FieldPlan, path: Path | undefined): GraphQLResolveInfo {
    let own = path;
    while (typeof own?.key === 'number') own = own.prev;
    return new ResolveInfo(this.#executed, field, own?.prev);
  }

  #caught(plan: ValuePlan, path: Path, completed: Promise<unknown>): Promise<unknown> {
    return completed.then(undefined, (error) => this.#failed(plan, path, error));
  }

  /** Returns null in place of the value; throws the error if there cannot be null. */
  #failed({ field, isRequired }: ValuePlan, path: Path, error: unknown): null {
    const located = locatedError(error, field.nodes, responsePathAsArray(path));
    if (isRequired) throw located;
    this.errors.add(located, path);
    return null;
  }
}

interface Checked {
  field: FieldPlan;
  type: GraphQLObjectType;
  isOfType: Promise<unknown>;
}

function wrongType({ nodes }: FieldPlan, { name }: GraphQLObjectType): GraphQLError {
  return new GraphQLError(`Expected value of type "${name}".`, { nodes });
}

function serialized({ type }: LeafPlan, value: unknown): unknown {
  const result = type.serialize(value);
  if (result === null || result === undefined) throw new Error(`${type.name}.serialize returned ${result}`);
  return result;
}

/** Puts the values of the promises under these keys in their places. */
async function filled(result: Record<string, unknown>, keys: readonly string[]): Promise<object> {
  const values = await Promise.all(keys.map((key) => result[key]));
  keys.forEach((key, index) => {
    result[key] = values[index];
  });
  return result;
}

/** Throws an error after the promises among values have settled: they may reject too, and somebody must wait for them. */
async function thrownAfter(values: readonly unknown[], error: unknown): Promise<never> {
  await Promise.allSettled(values);
  throw error;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && typeof value[Symbol.iterator] === 'function';
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}
