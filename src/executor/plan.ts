import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectFields, type Fragments } from './collect-fields.ts';

interface AnyValuePlan {
  /** The field whose value it is, or whose value contains it. */
  readonly field: FieldPlan;
  /** An error takes the place of null. */
  readonly isRequired: boolean;
}

export interface LeafPlan extends AnyValuePlan {
  readonly kind: 'leaf';
  readonly type: GraphQLLeafType;
}

export interface ListPlan extends AnyValuePlan {
  readonly kind: 'list';
  readonly item: ValuePlan;
}

export interface ObjectPlan extends AnyValuePlan {
  readonly kind: 'object';
  readonly type: GraphQLObjectType;
}

export interface AbstractPlan extends AnyValuePlan {
  readonly kind: 'abstract';
  readonly type: GraphQLAbstractType;
}

/** How a value is completed. */
export type ValuePlan = LeafPlan | ListPlan | ObjectPlan | AbstractPlan;

/** The fields that an operation selects of the objects in one place. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Makes an empty result. Each selection has a class of its own, so that its results have one hidden class in V8. */
  readonly Result: new () => Record<string, unknown>;
}

/** What an operation selects, in which each place is planned when it is first reached. */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly root: SelectionPlan;
  /** How many planned fields have arguments. */
  withArguments = 0;
  readonly #limit: FieldLimit;
  #fields = 0;

  constructor(
    { schema, operation, fragments }: Pick<OperationPlan, 'schema' | 'operation' | 'fragments'>,
    rootType: GraphQLObjectType,
    limit: FieldLimit,
  ) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#limit = limit;
    this.root = this.planSelection(rootType, [operation]);
  }

  /** Plans what fields, or an operation, select of objects of a type. */
  planSelection(type: GraphQLObjectType, nodes: readonly Pick<FieldNode, 'selectionSet'>[]): SelectionPlan {
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const fields = [...collectFields(this, type, sets)].flatMap(([key, found]) => {
      const definition = definitionOf(this.schema, type, found[0]!.name.value);
      return definition ? new FieldPlan(this, { key, nodes: found, parentType: type, definition }) : [];
    });
    this.#fields += fields.length;
    if (this.#fields > this.#limit.most) this.#limit.onExceeded();
    return { fields, Result: resultClass() };
  }
}

/** How many fields may be planned for later executions, and what happens if there are more. */
interface FieldLimit {
  most: number;
  onExceeded: () => void;
}

type FieldPlanOptions = Pick<FieldPlan, 'key' | 'nodes' | 'parentType' | 'definition'>;

/** One field of the objects in one place. */
export class FieldPlan {
  /** The key in the result: the alias or the name. */
  readonly key: string;
  /** Where the document selects the field. */
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly value: ValuePlan;
  /** Which one it is of the planned fields that have arguments; null: it has none. */
  readonly argumentsAt: number | null;
  readonly #operation: OperationPlan;
  #selections: Map<GraphQLObjectType, SelectionPlan> | undefined;

  constructor(operation: OperationPlan, { key, nodes, parentType, definition }: FieldPlanOptions) {
    this.#operation = operation;
    this.key = key;
    this.nodes = nodes;
    this.parentType = parentType;
    this.definition = definition;
    this.value = planValue(this, definition.type);
    this.argumentsAt = definition.args.length > 0 ? operation.withArguments++ : null;
  }

  /** Returns what is selected of an object of this type in the field. */
  selectionOf(type: GraphQLObjectType): SelectionPlan {
    this.#selections ??= new Map();
    let selection = this.#selections.get(type);
    if (!selection) {
      selection = this.#operation.planSelection(type, this.nodes);
      this.#selections.set(type, selection);
    }
    return selection;
  }
}

function planValue(field: FieldPlan, type: GraphQLOutputType, isRequired = false): ValuePlan {
  if (isNonNullType(type)) return planValue(field, type.ofType, true);
  if (isListType(type)) return { kind: 'list', item: planValue(field, type.ofType), field, isRequired };
  if (isLeafType(type)) return { kind: 'leaf', type, field, isRequired };
  if (isObjectType(type)) return { kind: 'object', type, field, isRequired };
  return { kind: 'abstract', type, field, isRequired };
}

function definitionOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return type.getFields()[name];
}

function resultClass(): SelectionPlan['Result'] {
  class Result {}
  // Without a prototype, as a key may be `__proto__`.
  Object.setPrototypeOf(Result.prototype, null);
  return Result as SelectionPlan['Result'];
}
