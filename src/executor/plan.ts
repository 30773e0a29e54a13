import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
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
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectFields, type Fragments, type Variables } from './collect-fields.ts';

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
export type SelectionPlan = readonly FieldPlan[];

interface DocumentPlanOptions {
  /** The values of the variables; left out if the document has no `@skip` and `@include`. */
  variables?: Variables;
  /** For a plan that is kept. */
  limit?: FieldLimit;
}

/** The plans of a document's operations. */
export class DocumentPlan {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly variables: Variables;
  readonly #operations = new Map<OperationDefinitionNode, OperationPlan>();
  readonly #limit: FieldLimit | undefined;
  #fields = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, { variables = {}, limit }: DocumentPlanOptions) {
    this.schema = schema;
    this.variables = variables;
    this.fragments = Object.fromEntries(
      document.definitions.filter(isFragment).map((definition) => [definition.name.value, definition]),
    );
    this.#limit = limit;
  }

  /** Counts fields that are planned. */
  count(fields: number): void {
    this.#fields += fields;
    if (this.#limit && this.#fields > this.#limit.maxFields) this.#limit.onExceeded();
  }

  /** Returns the plan of an operation; null if the schema has no type for it. */
  of(operation: OperationDefinitionNode): OperationPlan | null {
    const known = this.#operations.get(operation);
    if (known) return known;
    const rootType = this.schema.getRootType(operation.operation);
    if (!rootType) return null;
    const plan = new OperationPlan(this, operation, rootType);
    this.#operations.set(operation, plan);
    return plan;
  }
}

/** With how many planned fields a plan is not to be kept. */
interface FieldLimit {
  maxFields: number;
  /** Called during an execution, which goes on with the plan. */
  onExceeded: () => void;
}

function isFragment(definition: { kind: string }): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}

/** The plan of an operation. Each selection is planned when it is first reached. */
export class OperationPlan {
  readonly document: DocumentPlan;
  readonly operation: OperationDefinitionNode;
  /** How many planned fields have arguments. */
  argumentSlots = 0;
  readonly #rootType: GraphQLObjectType;
  #root: SelectionPlan | undefined;

  constructor(document: DocumentPlan, operation: OperationDefinitionNode, rootType: GraphQLObjectType) {
    this.document = document;
    this.operation = operation;
    this.#rootType = rootType;
  }

  get root(): SelectionPlan {
    this.#root ??= this.planSelection(this.#rootType, [this.operation]);
    return this.#root;
  }

  /** Plans what fields, or an operation, select of objects of a type. */
  planSelection(type: GraphQLObjectType, nodes: readonly Pick<FieldNode, 'selectionSet'>[]): SelectionPlan {
    const { schema } = this.document;
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const fields = [...collectFields(this.document, type, sets)].flatMap(([key, found]) => {
      const definition = definitionOf(schema, type, found[0]!.name.value);
      return definition ? new FieldPlan(this, { key, nodes: found, parentType: type, definition }) : [];
    });
    this.document.count(fields.length);
    return fields;
  }
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
  /** Index of the field's arguments in an execution; null if it has none. */
  readonly argumentSlot: number | null;
  readonly #operation: OperationPlan;
  #selections: Map<GraphQLObjectType, SelectionPlan> | undefined;

  constructor(operation: OperationPlan, { key, nodes, parentType, definition }: FieldPlanOptions) {
    this.#operation = operation;
    this.key = key;
    this.nodes = nodes;
    this.parentType = parentType;
    this.definition = definition;
    this.value = planValue(this, definition.type);
    this.argumentSlot = definition.args.length > 0 ? operation.argumentSlots++ : null;
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
