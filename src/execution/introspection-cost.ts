import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFieldMap,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { limits } from '../base/limits.ts';
import { charactersPerField, shownCost } from './shown-cost.ts';

interface Options {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
}

/** A part of the schema, and the type that shows it. */
interface Part {
  type: GraphQLObjectType;
  item: unknown;
}

const metaFields = { __schema: SchemaMetaFieldDef, __type: TypeMetaFieldDef };

/**
 * The cost of the `__schema` and `__type` fields of an operation: how many fields they return for the actual schema,
 * where long texts count more. An estimate from the largest lists would be hundreds of times as high.
 */
export class IntrospectionCost {
  readonly #options: Options;
  /** Costs by selection and part: a schema refers to its types again and again. */
  readonly #known = new Map<SelectionSetNode, Map<unknown, number>>();
  #steps = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Returns the cost; Infinity as soon as it exceeds the limit, because counting is work too. */
  of(node: FieldNode): number {
    return this.#ofField(node, metaFields, undefined);
  }

  #ofField(node: FieldNode, fields: GraphQLFieldMap<unknown, unknown>, parent: unknown): number {
    this.#steps += 1;
    if (this.#steps > limits.cost) return Number.POSITIVE_INFINITY;
    let cost = shownCost(node);
    const field = fields[node.name.value];
    if (!field) return cost; // __typename
    const { schema, variables } = this.#options;
    const args = field.args.length > 0 ? getArgumentValues(field, node, variables) : {};
    const info = { schema } as GraphQLResolveInfo; // the only part that introspection reads
    const value = field.resolve?.(parent, args, undefined, info);
    const type = getNamedType(field.type);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'string') cost += Math.floor(item.length / charactersPerField);
      else if (item && node.selectionSet && isObjectType(type)) cost += this.#ofPart(node.selectionSet, { type, item });
    }
    return cost;
  }

  #ofPart(set: SelectionSetNode, { type, item }: Part): number {
    const byPart = this.#known.get(set) ?? new Map<unknown, number>();
    this.#known.set(set, byPart);
    const known = byPart.get(item);
    if (known !== undefined) return known;
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        cost += this.#ofField(selection, type.getFields(), item);
      } else {
        const fragment = 'name' in selection ? this.#options.fragments.get(selection.name.value) : selection;
        if (fragment) cost += this.#ofPart(fragment.selectionSet, { type, item });
      }
    }
    byPart.set(item, cost);
    return cost;
  }
}
