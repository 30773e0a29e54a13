import {
  defaultTypeResolver,
  type ExecutionResult,
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
import { fieldPath, type Path, type Request, ResolveInfo } from './resolve-info.ts';

type Arguments = Record<string, unknown>;

const noArguments: Arguments = Object.freeze({});

/**
 * One execution of an operation, as section 6 of the GraphQL specification describes it. It has promises only where
 * resolvers return some: a promise costs more than a field.
 */
export class Execution {
  readonly #errors = new CollectedErrors();
  readonly #request: Request;
  readonly #context: unknown;
  /** The arguments of each field that has some: they are equal for all objects in its place. */
  readonly #arguments: Arguments[] = [];
  /** What was still under way in an object or a list when an error took its place. */
  readonly #abandoned: Promise<unknown>[] = [];

  constructor(request: Request, context: unknown) {
    this.#request = request;
    this.#context = context;
  }

  /** Returns the result, or a promise if a resolver returned one. It resolves when all resolvers have ended. */
  result(): ExecutionResult | Promise<ExecutionResult> {
    const failed = (error: unknown) => {
      this.#errors.add(error as GraphQLError, undefined); // fields throw nothing else
      return this.#whenDone(null);
    };
    try {
      const data = this.#data();
      return data instanceof Promise ? data.then((value) => this.#whenDone(value), failed) : this.#whenDone(data);
    } catch (error) {
      return failed(error);
    }
  }

  #whenDone(data: unknown): ExecutionResult | Promise<ExecutionResult> {
    if (this.#abandoned.length > 0) return this.#withoutAbandoned(data);
    const { list: errors } = this.#errors;
    return (errors.length > 0 ? { errors, data } : { data }) as ExecutionResult;
  }

  async #withoutAbandoned(data: unknown): Promise<ExecutionResult> {
    for (let next = this.#abandoned.pop(); next; next = this.#abandoned.pop()) await next;
    return this.#whenDone(data);
  }

  /** Returns the data, or a promise if a resolver returned one. Throws, or rejects, if an error leaves no data. */
  #data(): unknown {
    const { plan, rootValue } = this.#request;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION;
    return isSerial ? this.#selectSerially(plan.root) : this.#select(plan.root, rootValue, undefined);
  }

  async #selectSerially(fields: SelectionPlan): Promise<unknown> {
    const result = new Result();
    for (const field of fields) result[field.key] = await this.#field(field, this.#request.rootValue, undefined);
    return result;
  }

  #select(fields: SelectionPlan, source: unknown, path: Path | undefined): unknown {
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
      return this.#thrownAfter(Object.values(result), error);
    }
    return pending ? this.#filled(result, pending) : result;
  }

  #field(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const plan = field.value;
    // Nothing is below a leaf, so it needs a path only for an error.
    const path = plan.kind === 'leaf' ? undefined : fieldPath(field, parentPath);
    try {
      const completed = this.#complete(plan, path, this.#resolve(field, source, parentPath));
      return isPromise(completed) ? this.#catchLater(plan, path ?? fieldPath(field, parentPath), completed) : completed;
    } catch (error) {
      return this.#nullOrThrow(plan, path ?? fieldPath(field, parentPath), error);
    }
  }

  #resolve(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const { resolve, name } = field.definition;
    const args = this.#argumentsOf(field);
    if (resolve) return resolve(source, args, this.#context, new ResolveInfo(this.#request, field, parentPath));
    if (!isObject(source)) return undefined;
    const property = source[name];
    if (typeof property !== 'function') return property;
    return property.call(source, args, this.#context, new ResolveInfo(this.#request, field, parentPath));
  }

  #argumentsOf({ argumentSlot, definition, nodes }: FieldPlan): Arguments {
    if (argumentSlot === null) return noArguments;
    this.#arguments[argumentSlot] ??= getArgumentValues(definition, nodes[0]!, this.#request.variableValues);
    return this.#arguments[argumentSlot];
  }

  #complete(plan: ValuePlan, path: Path | undefined, value: unknown): unknown {
    if (isPromise(value)) return this.#completeLater(plan, path, value);
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return this.#completePresent(plan, path, value);
    if (!plan.isRequired) return null;
    const { parentType, definition } = plan.field;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  }

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
      return this.#thrownAfter(items, error);
    }
    return hasPending ? this.#all(items) : items;
  }

  #item(plan: ValuePlan, path: Path, value: unknown): unknown {
    try {
      const completed = this.#complete(plan, path, value);
      return isPromise(completed) ? this.#catchLater(plan, path, completed) : completed;
    } catch (error) {
      return this.#nullOrThrow(plan, path, error);
    }
  }

  #completeAbstract(plan: AbstractPlan, path: Path | undefined, value: unknown): unknown {
    const resolveType = plan.type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, this.#context, this.#infoOf(plan.field, path), plan.type);
    const complete = (found: unknown) => this.#completeObject(plan, this.#runtimeType(plan, found), path, value);
    return isPromise(name) ? name.then(complete) : complete(name);
  }

  #runtimeType({ type, field }: AbstractPlan, name: unknown): GraphQLObjectType {
    const { schema } = this.#request.plan.document;
    const found = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(found) && schema.isSubType(type, found)) return found;
    const message = `Abstract type "${type.name}" was resolved to "${String(name)}", which is not one of its object types.`;
    throw new GraphQLError(message, { nodes: field.nodes });
  }

  #completeObject({ field }: ValuePlan, type: GraphQLObjectType, path: Path | undefined, value: unknown): unknown {
    const select = (isOfType: unknown) => {
      if (isOfType) return this.#select(field.selectionOf(type), value, path);
      throw new GraphQLError(`Expected value of type "${type.name}".`, { nodes: field.nodes });
    };
    const isOfType = type.isTypeOf ? type.isTypeOf(value, this.#context, this.#infoOf(field, path)) : true;
    return isPromise(isOfType) ? isOfType.then(select) : select(isOfType);
  }

  #infoOf(field: FieldPlan, path: Path | undefined): GraphQLResolveInfo {
    let own = path;
    while (typeof own?.key === 'number') own = own.prev;
    return new ResolveInfo(this.#request, field, own?.prev);
  }

  #catchLater(plan: ValuePlan, path: Path, completed: Promise<unknown>): Promise<unknown> {
    return completed.then(undefined, (error) => this.#nullOrThrow(plan, path, error));
  }

  #nullOrThrow({ field, isRequired }: ValuePlan, path: Path, error: unknown): null {
    const located = locatedError(error, field.nodes, responsePathAsArray(path));
    if (isRequired) throw located;
    this.#errors.add(located, path);
    return null;
  }

  /** Puts the values of the promises under these keys in their places. */
  async #filled(result: Record<string, unknown>, keys: readonly string[]): Promise<object> {
    const values = await this.#all(keys.map((key) => result[key]));
    keys.forEach((key, index) => {
      result[key] = values[index];
    });
    return result;
  }

  /** Throws an error after the promises among values have settled, or the first of them has rejected. */
  async #thrownAfter(values: readonly unknown[], error: unknown): Promise<never> {
    await this.#all(values).catch(() => {});
    throw error;
  }

  /** Resolves to the values. Rejects at the first error, as `Promise.all` does, and notes that the others go on. */
  #all(values: readonly unknown[]): Promise<unknown[]> {
    const all = Promise.all(values);
    all.catch(() => this.#abandoned.push(Promise.allSettled(values)));
    return all;
  }
}

/** An object of a result. Its prototype has none, so `__proto__` is an ordinary key; unlike `Object.create(null)`, it is fast. */
class Result {
  [key: string]: unknown;
}
Object.setPrototypeOf(Result.prototype, null);

function serialized({ type }: LeafPlan, value: unknown): unknown {
  const result = type.serialize(value);
  if (result === null || result === undefined) throw new Error(`${type.name}.serialize returned ${result}`);
  return result;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return isObject(value) && typeof value[Symbol.iterator] === 'function';
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' ? value !== null : typeof value === 'function';
}
