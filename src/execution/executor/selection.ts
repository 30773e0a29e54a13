import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { type Complete, type CompletedField, Completion, isPromise } from './completion.ts';
import { FieldInfo } from './field-info.ts';
import type { Path, Run } from './run.ts';
import { requireRuntimeType } from './runtime-type.ts';

type Results = Record<string, unknown>;

/** The fields that an operation selects of one object type at one place. */
export class Selection {
  readonly fields: readonly Field[];
  readonly #blank: Results;

  constructor(run: Run, parentType: GraphQLObjectType, nodesByKey: ReadonlyMap<string, readonly FieldNode[]>) {
    this.fields = Array.from(nodesByKey, ([key, nodes]) => new Field(run, { key, parentType, nodes }));
    this.#blank = Object.fromEntries(this.fields.map(({ key }) => [key, undefined]));
    run.executable.onCompiled(this.fields.length);
  }

  /** Executes the fields for an object, all at once. */
  execute(run: Run, source: unknown, path: Path | undefined): Results | Promise<Results> {
    // A copy, so that the engine gives all results of the selection the same hidden class.
    const results = { ...this.#blank };
    const pending: string[] = [];
    try {
      for (const field of this.fields) {
        const result = field.execute(run, source, path);
        results[field.key] = result;
        if (isPromise(result)) pending.push(field.key);
      }
    } catch (error) {
      if (pending.length === 0) throw error;
      // The promises may reject too: without a handler, that would end the process.
      return settled(results, pending).finally(() => {
        throw error;
      });
    }
    return pending.length > 0 ? settled(results, pending) : results;
  }

  /** Executes the fields for the root value, one after the other. */
  executeSerially(run: Run): Results | Promise<Results> {
    const results = { ...this.#blank };
    return this.fields.reduce<Results | Promise<Results>>((before, field) => {
      const next = () => {
        const result = field.execute(run, run.rootValue, undefined);
        results[field.key] = result;
        if (!isPromise(result)) return results;
        return result.then((value) => {
          results[field.key] = value;
          return results;
        });
      };
      return isPromise(before) ? before.then(next) : next();
    }, results);
  }
}

function settled(results: Results, keys: readonly string[]): Promise<Results> {
  return Promise.all(keys.map((key) => results[key])).then((values) => {
    for (const [index, key] of keys.entries()) results[key] = values[index];
    return results;
  });
}

interface Place {
  key: string;
  parentType: GraphQLObjectType;
  nodes: readonly FieldNode[];
}

const noArguments = Object.freeze(Object.create(null));

/** A selected field. */
class Field implements CompletedField {
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly #completion: Completion;
  readonly #isLeaf: boolean;
  /** What is selected of each object type that the field has returned. */
  #selections: Map<GraphQLObjectType, Selection> | undefined;

  constructor(run: Run, { key, parentType, nodes }: Place) {
    this.key = key;
    this.parentType = parentType;
    this.nodes = nodes;
    this.definition = definitionOf(run, parentType, this.#node.name.value);
    this.#completion = new Completion(this, this.definition.type);
    this.#isLeaf = isLeafType(getNullableType(this.definition.type));
  }

  get coordinate(): string {
    return `${this.parentType.name}.${this.definition.name}`;
  }

  get #node(): FieldNode {
    return this.nodes[0] as FieldNode;
  }

  pathBelow(parentPath: Path | undefined): Path {
    return { prev: parentPath, key: this.key, typename: this.parentType.name };
  }

  execute(run: Run, source: unknown, parentPath: Path | undefined): unknown {
    let value: unknown;
    try {
      value = this.#resolve(run, source, parentPath);
      // Most fields are leaves: these need a path only if they fail.
      if (this.#isLeaf && !isPromise(value)) return this.#completion.complete(run, undefined, value);
    } catch (error) {
      return this.#completion.fail(run, this.pathBelow(parentPath), error);
    }
    return this.#completion.completeSafely(run, this.pathBelow(parentPath), value);
  }

  #resolve(run: Run, source: unknown, parentPath: Path | undefined): unknown {
    const { args, name } = this.definition;
    const resolve = this.definition.resolve ?? defaultFieldResolver;
    const hasArguments = args.length > 0;
    if (resolve === defaultFieldResolver && !hasArguments && typeof source === 'object' && source !== null) {
      const value = (source as Record<string, unknown>)[name];
      if (typeof value !== 'function') return value;
    }
    const given = hasArguments ? getArgumentValues(this.definition, this.#node, run.variableValues) : noArguments;
    return resolve(source, given, run.contextValue, new FieldInfo(this, run, parentPath));
  }

  completeComposite(type: GraphQLOutputType): Complete {
    if (isAbstractType(type)) return this.#completeAbstract(type);
    return (run, path, value) => this.#selectionOf(run, type as GraphQLObjectType).execute(run, value, path);
  }

  #completeAbstract(type: GraphQLAbstractType): Complete {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    return (run, path, value) => {
      const complete = (name: unknown) => {
        const runtimeType = requireRuntimeType(run, name, { type, value, field: this });
        return this.#selectionOf(run, runtimeType).execute(run, value, path);
      };
      const name = resolveType(value, run.contextValue, new FieldInfo(this, run, fieldPath(path)?.prev), type);
      return isPromise(name) ? name.then(complete) : complete(name);
    };
  }

  #selectionOf(run: Run, type: GraphQLObjectType): Selection {
    this.#selections ??= new Map();
    const known = this.#selections.get(type);
    if (known) return known;
    const { schema, fragments } = run.executable;
    // Conditions in it have the same values in each run: see `CompiledDocument`.
    const nodesByKey = collectSubfields(schema, fragments, run.variableValues, type, this.nodes);
    const selection = new Selection(run, type, nodesByKey);
    this.#selections.set(type, selection);
    return selection;
  }
}

/** Returns the path of the field, from the path of an item of its list. */
function fieldPath(path: Path | undefined): Path | undefined {
  return typeof path?.key === 'number' ? fieldPath(path.prev) : path;
}

function definitionOf(
  { executable: { schema } }: Run,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  // Validation has refused fields that do not exist.
  return type.getFields()[name] as GraphQLField<unknown, unknown>;
}
