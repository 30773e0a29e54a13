import { createHash } from 'node:crypto';
import {
  buildSchema,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  responsePathAsArray,
} from 'graphql';
import { Random } from './random.ts';
import { randomSelection } from './random-selection.ts';

const types = `
  interface Named { name: String! rank: Rank friend: Cat }
  enum Rank { HIGH LOW }
  union Pet = Cat | Dog
  type Cat implements Named { name: String! rank: Rank friend: Cat mice: [Dog!] lives: [Int!]! grid: [[Int]!] pet: Pet }
  type Dog implements Named { name: String! rank: Rank friend: Cat age: Int! owner: Named! pets: [Pet!]! bones: [String] }
  type Query { cat: Cat dog: Dog! named: Named pet: Pet! pets: [Pet] cats: [Cat!]! }
  type Mutation { one: Cat two: Dog! three: [Pet] }
`;

/**
 * Returns a schema whose resolvers return values, null and errors at random: the same ones in the same place of a result,
 * and as promises if `arePromised`.
 */
export function randomSchema(seed: number, { arePromised }: { arePromised: boolean }): GraphQLSchema {
  const schema = buildSchema(types);
  const maybeLater = (random: Random, value: unknown) => {
    const isLater = random.isTrue(0.4); // drawn in any case, so that the values are the same
    if (isLater && arePromised) return later(value);
    return value instanceof Thrown ? value.throw() : value;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = ({ is }) => (arePromised ? Promise.resolve(is) : is);
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (type.name === 'Cat') type.isTypeOf = ({ is }) => (arePromised ? Promise.resolve(is === 'Cat') : is === 'Cat');
    for (const field of Object.values(type.getFields())) {
      if (field.name === 'rank') continue; // read as a property
      field.resolve = (_source, _args, _context, { path, returnType }) => {
        const random = seeded(`${seed} ${responsePathAsArray(path).join('.')}`);
        return maybeLater(random, random.isTrue(0.05) ? fault(random) : valueFor(returnType, random, maybeLater));
      };
    }
  }
  return schema;
}

export function randomOperation(schema: GraphQLSchema, seed: number): DocumentNode {
  const random = new Random(seed);
  const kind = random.of(['query', 'query', 'mutation'] as const);
  const root = kind === 'query' ? schema.getQueryType()! : schema.getMutationType()!;
  const select = () => randomSelection({ schema, random, but: new Set() }, root, 3);
  return parse(`${kind} { ${select()} ...More } fragment More on ${root.name} { ${select()} }`);
}

function seeded(text: string): Random {
  return new Random(createHash('sha1').update(text).digest().readInt32LE());
}

class Thrown {
  throw(): never {
    throw new Error('thrown');
  }
}

async function later(value: unknown): Promise<unknown> {
  await Promise.resolve();
  return value instanceof Thrown ? value.throw() : value;
}

function fault(random: Random): unknown {
  return random.of([new Thrown(), new Error('returned'), null, undefined, { odd: true }]);
}

function valueFor(
  type: GraphQLOutputType,
  random: Random,
  maybeLater: (random: Random, value: unknown) => unknown,
): unknown {
  if (isNonNullType(type)) return valueFor(type.ofType as GraphQLOutputType, random, maybeLater);
  if (isObjectType(type)) return objectOf(type.name, random);
  if (isAbstractType(type)) return objectOf(random.of(['Cat', 'Dog']), random);
  if (isEnumType(type)) return 'LOW';
  if (!isListType(type)) return type.toString() === 'Int' ? random.below(9) : `text ${random.below(9)}`;
  const itemType = type.ofType as GraphQLOutputType;
  return Array.from({ length: random.below(4) }, () => {
    const isFault = random.isTrue(0.08);
    const item = isFault ? random.of([null, new Error('item')]) : valueFor(itemType, random, maybeLater);
    return maybeLater(random, item);
  });
}

function objectOf(is: string, random: Random) {
  return { is, rank: random.of(['HIGH', 'LOW', 'ODD', null, () => 'HIGH', () => null]) };
}
