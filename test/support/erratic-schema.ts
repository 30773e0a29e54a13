import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  responsePathAsArray,
} from 'graphql';
import { Random } from './random.ts';

/** The context of one execution against the erratic schema. */
export interface Erratic {
  seed: number;
  /** How often something goes wrong, 0 to 1. */
  faults: number;
  /** The fields in the order in which they were resolved, with their arguments. */
  calls: string[];
}

/** Values that depend on the seed and the path alone, so that two executions of an operation get the same values. */
class Whims {
  readonly #random: Random;
  readonly #faults: number;

  constructor({ seed, faults }: Erratic, path: string) {
    let hash = seed;
    for (const character of path) hash = Math.imul(hash, 31) + character.charCodeAt(0);
    this.#random = new Random(hash);
    this.#faults = faults;
  }

  /** Returns a value of the type, an error, something wrong, or a promise of one of these; throws now and then. */
  of(type: GraphQLOutputType, depth = 0): unknown {
    return this.#random.isTrue(0.3) ? this.#promised(type, depth) : this.#now(type, depth);
  }

  #promised(type: GraphQLOutputType, depth: number): Promise<unknown> {
    const promise = this.#later(() => this.#now(type, depth));
    // Nobody may wait for it: an error of another field may come first.
    promise.catch(() => {});
    return promise;
  }

  async #later(make: () => unknown): Promise<unknown> {
    for (let turns = this.#random.below(4); turns > 0; turns -= 1) await Promise.resolve();
    return make();
  }

  #now(type: GraphQLOutputType, depth: number): unknown {
    if (this.#random.isTrue(this.#faults)) return this.#fault();
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      return Array.from({ length: this.#random.below(4) }, () => this.#item(nullable.ofType, depth));
    }
    if (isLeafType(getNamedType(type))) return this.#leaf(getNamedType(type).name);
    return this.#object(depth);
  }

  /**
   * Returns an item of a list. Items that must not be null are all promises or all none: for a list of both, graphql-js
   * may leave behind a promise that rejects, which would end the process.
   */
  #item(type: GraphQLOutputType, depth: number): unknown {
    const isLeaf = isLeafType(getNullableType(type));
    if (isNonNullType(type) && !isLeaf) return this.#promised(type, depth);
    return isNonNullType(type)
      ? this.#returned(() => this.#now(type, depth))
      : this.#returned(() => this.of(type, depth));
  }

  /** Returns what `make` returns, or the error that it throws. */
  #returned(make: () => unknown): unknown {
    try {
      return make();
    } catch (error) {
      return error;
    }
  }

  #fault(): unknown {
    const withCode = new GraphQLError('refused', { extensions: { code: 'FORBIDDEN', argument: ['a'] } });
    const fault = this.#random.of([null, 'wrong', 7, Number.NaN, {}, new Error('returned'), withCode, 'throw']);
    if (fault === 'throw') throw this.#random.of([new Error('thrown'), withCode, 'a text']);
    return fault;
  }

  #leaf(name: string): unknown {
    if (name === 'Int') return this.#random.below(100);
    if (name === 'Boolean') return this.#random.isTrue(0.5);
    if (name === 'Mood') return this.#random.of(['GOOD', 'BAD']);
    return this.#random.of(['text', 'another "text"', '', '🫖']);
  }

  #object(depth: number): object {
    const type = this.#random.of([
      'Thing',
      'Thing',
      'Thing',
      'Other',
      this.#random.isTrue(this.#faults) ? 'Mood' : 'Other',
    ]);
    return { type, __typename: type, ...(depth < 1 && this.#properties(depth + 1)) };
  }

  /** What fields without a resolver show: values, promises, and functions that return or throw these. */
  #properties(depth: number): object {
    const property = (type: GraphQLOutputType) => {
      if (this.#random.isTrue(0.2)) return () => this.of(type, depth);
      return this.#returned(() => this.of(type, depth));
    };
    return {
      plain: property(GraphQLString),
      plainRequired: property(GraphQLString),
      plainList: property(new GraphQLList(GraphQLInt)),
      plainThing: property(thing),
      plainMethod: (args: object) => JSON.stringify(args),
    };
  }
}

function resolve(_source: unknown, args: object, context: Erratic, info: GraphQLResolveInfo): unknown {
  const path = responsePathAsArray(info.path).join('.');
  context.calls.push(`${path} ${JSON.stringify(args)}`);
  return new Whims(context, path).of(info.returnType);
}

const weird = new GraphQLScalarType({
  name: 'Weird',
  serialize: (value) => {
    if (value === 'text') throw new Error('Weird cannot be "text"');
    if (value === '') return undefined;
    return `weird ${String(value)}`;
  },
  parseValue: (value) => {
    if (value === 'bad') throw new Error('bad is no Weird');
    return { parsed: value };
  },
});
const mood = new GraphQLEnumType({ name: 'Mood', values: { GOOD: {}, BAD: {} } });
const wishes = new GraphQLInputObjectType({
  name: 'Wishes',
  fields: {
    weird: { type: weird },
    size: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 3 },
    moods: { type: new GraphQLList(new GraphQLNonNull(mood)) },
  },
});
const list = <Type extends GraphQLOutputType>(type: Type) => new GraphQLList(type);
const required = <Type extends ReturnType<typeof getNullableType> & GraphQLOutputType>(type: Type) =>
  new GraphQLNonNull(type);
const args = {
  size: { type: GraphQLInt, defaultValue: 5 },
  must: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 },
  weird: { type: weird },
  wishes: { type: wishes },
};

const fields = (): GraphQLFieldConfigMap<unknown, Erratic> => ({
  text: { type: GraphQLString, resolve },
  number: { type: required(GraphQLInt), resolve },
  mood: { type: mood, resolve },
  weird: { type: weird, resolve },
  argued: { type: GraphQLString, args, resolve },
  texts: { type: list(GraphQLString), resolve },
  numbers: { type: required(list(required(GraphQLInt))), resolve },
  matrix: { type: list(required(list(GraphQLInt))), resolve },
  thing: { type: thing, resolve },
  mustThing: { type: required(thing), resolve },
  things: { type: list(thing), resolve },
  mustThings: { type: list(required(thing)), resolve },
  named: { type: named, resolve },
  any: { type: required(list(any)), resolve },
  plain: { type: GraphQLString },
  plainRequired: { type: required(GraphQLString) },
  plainList: { type: list(GraphQLInt) },
  plainThing: { type: thing },
  plainMethod: { type: GraphQLString, args },
  about: { type: GraphQLString, resolve: (_source, _args, _context, info) => JSON.stringify(described(info)) },
});

function described(info: GraphQLResolveInfo) {
  const { fieldName, fieldNodes, returnType, parentType, path, fragments, operation, variableValues, rootValue } = info;
  const names = { fragments: Object.keys(fragments), operation: operation.name?.value, nodes: fieldNodes.length };
  return {
    ...names,
    fieldName,
    returnType,
    parentType,
    path,
    variableValues,
    rootValue,
    isSchema: info.schema === erraticSchema,
  };
}

const named: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Named',
  fields: () => ({ text: { type: GraphQLString }, named: { type: named } }),
  // Some types are resolved by a promise, and some are no object types of the schema.
  resolveType: (value, _context, info) => {
    const type = (value as { type?: string }).type as string;
    return info.path.key === 'slow' ? Promise.resolve(type) : type;
  },
});
const thing: GraphQLObjectType = new GraphQLObjectType({ name: 'Thing', interfaces: () => [named], fields });
const other = new GraphQLObjectType<unknown, Erratic>({
  name: 'Other',
  interfaces: () => [named],
  fields: () => ({
    text: { type: GraphQLString, resolve },
    named: { type: named, resolve },
    ok: { type: GraphQLBoolean },
  }),
});
const any: GraphQLUnionType = new GraphQLUnionType({ name: 'Any', types: () => [thing, other] });

/** A schema with a field of each kind. Its resolvers return values, promises and faults at random. */
export const erraticSchema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
  types: [other],
});
