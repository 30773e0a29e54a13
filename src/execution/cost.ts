import {
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { coercionOptions } from './coercion.ts';
import { IntrospectionCost } from './introspection-cost.ts';
import { shownCost } from './shown-cost.ts';

export interface Cost {
  /** About how many fields the server may have to resolve, with each list at its largest. */
  fields: number;
  /** Whether the cost is the same for all variables. */
  isConstant: boolean;
}

/** What a field declares as its `complexity`: see `Declared`. */
type Declaration = number | Declared | ((args: object, context: object, field: object) => number | Declared);
interface Declared {
  /** Its own cost. */
  field?: number;
  /**
   * The largest length of the list that the field returns. If the field returns an object (such as a connection), the largest
   * length of each list directly in it.
   */
  multiplier?: number;
}

/** Returns the cost of a valid operation. Throws a GraphQLError for invalid variables. */
export function costOf({ schema, document, operationName, variableValues }: ExecutionArgs): Cost {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return { fields: 0, isConstant: true };
  const maxErrors = coercionOptions.maxCoercionErrors;
  const definitions = operation.variableDefinitions ?? [];
  const { coerced, errors } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors });
  if (errors) throw errors[0] as Error;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const estimate = new Estimate(schema, fragments, coerced);
  const fields = estimate.ofSelections(operation.selectionSet, root, undefined);
  // Every argument of introspection may decide how much it returns.
  const isVaried = estimate.introspects && Boolean(operation.variableDefinitions?.length);
  return { fields, isConstant: estimate.isConstant && !isVaried };
}

class Estimate {
  /** Whether no size depends on a variable. */
  isConstant = true;
  introspects = false;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Record<string, unknown>;
  readonly #introspection: IntrospectionCost;
  /** Costs by selection set, type and size: a fragment may be spread many times. */
  readonly #known = new Map<SelectionSetNode, Map<string, number>>();

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Record<string, unknown>,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
    this.#introspection = new IntrospectionCost({ schema, fragments, variables });
  }

  /**
   * Returns the cost of a selection set. If `type` is an interface or a union, returns the cost for its most expensive type.
   * `size` is the length of each list field in this set that declares none itself, such as `nodes` of a connection.
   */
  ofSelections(set: SelectionSetNode, type: GraphQLCompositeType, size: number | undefined): number {
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    return Math.max(0, ...types.map((each) => this.#ofObject(set, each, size)));
  }

  #ofObject(set: SelectionSetNode, type: GraphQLObjectType, size: number | undefined): number {
    const byKey = this.#known.get(set) ?? new Map<string, number>();
    this.#known.set(set, byKey);
    const key = `${type.name} ${size}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    let fields = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        fields += this.#ofField(selection, type, size);
      } else {
        const fragment = 'name' in selection ? this.#fragments.get(selection.name.value) : selection;
        if (fragment && this.#applies(fragment.typeCondition, type)) {
          fields += this.#ofObject(fragment.selectionSet, type, size);
        }
      }
    }
    byKey.set(key, fields);
    return fields;
  }

  #applies(condition: NamedTypeNode | undefined, type: GraphQLObjectType): boolean {
    const wanted = condition ? this.#schema.getType(condition.name.value) : type;
    return wanted === type || (isAbstractType(wanted) && this.#schema.isSubType(wanted, type));
  }

  #ofField(node: FieldNode, parent: GraphQLObjectType, size: number | undefined): number {
    const name = node.name.value;
    const shown = shownCost(node);
    if (name === '__schema' || name === '__type') {
      this.introspects = true;
      return this.#introspection.of(node);
    }
    const field = parent.getFields()[name];
    if (!field) return shown; // __typename
    const { field: own = 1, multiplier } = this.#declared(field, node);
    const isList = isListType(getNullableType(field.type));
    const items = multiplier !== undefined && Number.isFinite(multiplier) ? multiplier : size;
    const type = getNamedType(field.type);
    const inner =
      node.selectionSet && isCompositeType(type)
        ? this.ofSelections(node.selectionSet, type, isList ? undefined : items)
        : 0;
    const times = isList ? (items ?? Number.POSITIVE_INFINITY) : 1;
    return own - 1 + shown + (times === 0 ? 0 : times * (isList ? Math.max(inner, 1) : inner));
  }

  #declared(field: GraphQLField<unknown, unknown>, node: FieldNode): Declared {
    const declaration = field.extensions.complexity as Declaration | undefined;
    if (typeof declaration !== 'function') {
      return typeof declaration === 'number' ? { field: declaration } : (declaration ?? {});
    }
    if (hasVariables(node)) this.isConstant = false;
    const declared = declaration(getArgumentValues(field, node, this.#variables), {}, field);
    return typeof declared === 'number' ? { field: declared } : declared;
  }
}

function hasVariables({ arguments: given = [] }: FieldNode): boolean {
  let isFound = false;
  for (const argument of given) {
    visit(argument, {
      Variable: () => {
        isFound = true;
      },
    });
  }
  return isFound;
}
