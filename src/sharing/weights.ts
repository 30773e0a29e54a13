import {
  type DefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { limits } from '../base/limits.ts';
import type { Weigh } from '../live/batch-size.ts';
import { messageOf, type RoomEvent } from '../log/events/kinds.ts';

/** What an operation shows of one event: the number of fields, and of copies of the message's text. */
interface Weight {
  fields: number;
  texts: number;
}

/** The bytes of a field with its name: most values are ids, names and times. */
const fieldBytes = 32;
/** How many items a list is assumed to have if it has no argument for its length. */
const listItems = 10;
const none: Weight = { fields: 0, texts: 0 };

/**
 * Returns a function that estimates the bytes of an event in a result, from the length of its text and the number of
 * other fields.
 */
export function weigherOf({ fields, texts }: Weight): Weigh<RoomEvent> {
  return (event) => {
    const text = messageOf(event)?.text;
    return fields * fieldBytes + (text ? texts * Buffer.byteLength(text) : 0);
  };
}

/** Returns the weight of an operation on the events of a room. Each fragment is visited once. */
export function weightOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  definitions: readonly DefinitionNode[],
): Weight {
  const root = schema.getSubscriptionType();
  return root ? new Weighing(schema, definitions).ofSelections(operation.selectionSet, root) : none;
}

class Weighing {
  readonly #schema: GraphQLSchema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** The weights of fragments, by name. */
  readonly #known = new Map<string, Weight>();

  constructor(schema: GraphQLSchema, definitions: readonly DefinitionNode[]) {
    this.#schema = schema;
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): Weight {
    let sum = none;
    // An object matches the fragments on one type only.
    const alternatives = new Map<string, Weight>();
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        sum = plus(sum, this.#ofField(selection, type));
        continue;
      }
      const [name, weight] =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? this.#ofFragment(selection.name.value)
          : this.#ofCondition(selection.typeCondition?.name.value ?? type.name, selection.selectionSet);
      if (isObjectType(this.#schema.getType(name))) {
        alternatives.set(name, plus(alternatives.get(name) ?? none, weight));
      } else sum = plus(sum, weight);
    }
    return plus(sum, [...alternatives.values()].reduce(larger, none));
  }

  #ofFragment(name: string): [string, Weight] {
    const fragment = this.#fragments.get(name);
    if (!fragment) return [name, none];
    const typeName = fragment.typeCondition.name.value;
    const weight = this.#known.get(name) ?? this.#ofCondition(typeName, fragment.selectionSet)[1];
    this.#known.set(name, weight);
    return [typeName, weight];
  }

  #ofCondition(typeName: string, selectionSet: SelectionSetNode): [string, Weight] {
    const type = this.#schema.getType(typeName);
    return [typeName, isCompositeType(type) ? this.ofSelections(selectionSet, type) : none];
  }

  #ofField(field: FieldNode, parent: GraphQLCompositeType): Weight {
    const name = field.name.value;
    if (parent.name === 'Message' && name === 'text') return { fields: 1, texts: 1 };
    const definition = 'getFields' in parent ? parent.getFields()[name] : undefined;
    const type = definition && getNamedType(definition.type);
    if (!definition || !field.selectionSet || !isCompositeType(type)) return { fields: 1, texts: 0 };
    const inner = this.ofSelections(field.selectionSet, type);
    // The weight is that of one event of a batch.
    const items = parent.name === 'RoomEventBatch' ? 1 : itemsOf(field, definition.type);
    return { fields: 1 + items * inner.fields, texts: items * inner.texts };
  }
}

/** Returns how many items a field has at most, as far as its arguments show it. */
function itemsOf(field: FieldNode, type: GraphQLOutputType): number {
  const sizes = field.arguments?.filter(({ name }) => name.value === 'first' || name.value === 'last') ?? [];
  const asked = sizes.map(({ value }) => (value.kind === Kind.INT ? Number(value.value) : limits.maxPageSize));
  if (asked.length > 0) return Math.min(Math.max(...asked), limits.maxPageSize);
  if (getNamedType(type).name.endsWith('Connection')) return limits.defaultPageSize;
  return isListType(isNonNullType(type) ? type.ofType : type) ? listItems : 1;
}

function plus(one: Weight, other: Weight): Weight {
  return { fields: one.fields + other.fields, texts: one.texts + other.texts };
}

function larger(one: Weight, other: Weight): Weight {
  return { fields: Math.max(one.fields, other.fields), texts: Math.max(one.texts, other.texts) };
}
