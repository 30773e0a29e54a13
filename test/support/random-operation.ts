import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import type { Random } from './random.ts';

const variables =
  '$yes: Boolean!, $no: Boolean = false, $size: Int, $must: Int = 6, $deep: Int! = 4, $weird: Weird = "w"';
const conditions = [
  '@include(if: $yes)',
  '@skip(if: $yes)',
  '@skip(if: $no)',
  '@include(if: false)',
  '@skip(if: $no) @include(if: $yes)',
];
const argumentLists = [
  '',
  '(size: 2)',
  '(size: $size)',
  '(must: $must)',
  '(wishes: { size: $deep })',
  '(weird: "a", wishes: { weird: $weird, moods: [GOOD, BAD] })',
];
/** Keys that are properties of every object, or that make a promise of it. */
const specialKeys: Record<string, string> = { text: '__proto__', number: 'then', named: 'slow' };
const fragmentTypes = ['Thing', 'Other', 'Named', 'Any', 'Thing'];

/** Writes operations for the erratic schema: with aliases, fragments, conditions, arguments, and merged fields. */
export class RandomOperation {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  text(): string {
    const kind = this.#random.of(['query', 'query', 'mutation'] as const);
    const root = this.#selection(this.#typeNamed(kind === 'query' ? 'Query' : 'Mutation'), 3, 0);
    const fragments = fragmentTypes.map((name, index) => {
      return `fragment F${index} on ${name} { ${this.#selection(this.#typeNamed(name), 1, index + 1)} }`;
    });
    return `${kind} Random(${variables}) { ${root} } ${fragments.join(' ')}`;
  }

  #typeNamed(name: string): GraphQLCompositeType {
    const type = this.#schema.getType(name);
    if (!isCompositeType(type)) throw new Error(`${name} has no fields`);
    return type;
  }

  /** Spreads only fragments from number `spread` on, so that they are in no circle. */
  #selection(type: GraphQLCompositeType, levels: number, spread: number): string {
    const parts = ['__typename', ...this.#fields(type, levels, spread), ...this.#spreads(type, spread)];
    if (levels === 0) return parts.join(' ');
    if (this.#random.isTrue(0.2)) parts.push(`... ${this.#condition()} { ${this.#selection(type, 0, spread)} }`);
    if (isAbstractType(type)) {
      for (const possible of this.#schema.getPossibleTypes(type)) {
        const inner = this.#selection(possible, levels - 1, spread);
        parts.push(`... on ${possible.name} ${this.#condition()} { ${inner} }`);
      }
    }
    return parts.join(' ');
  }

  #spreads(type: GraphQLCompositeType, first: number): string[] {
    return fragmentTypes.flatMap((name, index) => {
      const fits = index >= first && doTypesOverlap(this.#schema, type, this.#typeNamed(name));
      return fits && this.#random.isTrue(0.15) ? [`...F${index} ${this.#condition()}`] : [];
    });
  }

  #fields(type: GraphQLCompositeType, levels: number, spread: number): string[] {
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const inner = getNamedType(field.type);
      if (this.#random.isTrue(0.8)) return [];
      if (!isCompositeType(inner)) return [`${this.#call(field)} ${this.#condition()}`];
      if (levels === 0) return [];
      return [`${this.#call(field)} ${this.#condition()} { ${this.#selection(inner, levels - 1, spread)} }`];
    });
  }

  /** Returns a field with its key and arguments. Calls with the same key are equal, so that they can be merged. */
  #call({ name, args }: GraphQLField<unknown, unknown>): string {
    const given = args.length > 0 ? this.#random.below(argumentLists.length) : 0;
    if (given > 0) return `${name}_${given}: ${name}${argumentLists[given]}`;
    return this.#random.isTrue(0.2) ? `${specialKeys[name] ?? `other_${name}`}: ${name}` : name;
  }

  #condition(): string {
    return this.#random.isTrue(0.3) ? this.#random.of(conditions) : '';
  }
}
