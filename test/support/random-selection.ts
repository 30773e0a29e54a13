import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Random } from './random.ts';

interface Growing {
  schema: GraphQLSchema;
  random: Random;
  /** Fields that are left out, as `Type.field`. */
  but: ReadonlySet<string>;
}

/** A random selection of a type's fields that need no arguments, with aliases, fragments and `__typename`. */
export function randomSelection(growing: Growing, type: GraphQLNamedType, levels: number): string {
  const { schema, random, but } = growing;
  const parts = ['__typename'];
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const owner = isObjectType(type) ? type.name : '';
      if (but.has(`${owner}.${field.name}`) || field.args.some(isRequiredArgument) || random.isTrue(0.4)) continue;
      const inner = getNamedType(field.type);
      const isLeaf = !isObjectType(inner) && !isAbstractType(inner);
      if (!isLeaf && levels === 0) continue;
      const alias = random.isTrue(0.2) ? `${field.name}_${random.below(1000)}: ` : '';
      parts.push(`${alias}${field.name}${isLeaf ? '' : ` { ${randomSelection(growing, inner, levels - 1)} }`}`);
    }
  }
  if (isAbstractType(type)) {
    for (const possible of schema.getPossibleTypes(type)) {
      if (random.isTrue(0.3)) continue;
      parts.push(`... on ${possible.name} { ${aliased(randomSelection(growing, possible, levels), possible.name)} }`);
    }
  }
  return parts.join(' ');
}

/** Fields of the same name may have other types on other objects: an alias for each keeps them apart. */
function aliased(selection: string, typeName: string): string {
  return selection
    .replace(/\b(message|membership|room|reactionGroups)\b(?= \{)(?<!: \w*)/g, `${typeName}_$1: $1`)
    .replace(/\w+: (\w+_\w+: )/g, '$1');
}
