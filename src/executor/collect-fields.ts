import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * Returns the fields that selection sets select of an object, by their keys in the result. Fields with the same key belong
 * together. There must be no `@skip` and `@include`.
 */
export function collectFields(
  { schema, fragments }: { schema: GraphQLSchema; fragments: Fragments },
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const found = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const isFor = (condition: NamedTypeNode | undefined) => {
    if (!condition) return true;
    const conditionType = typeFromAST(schema, condition);
    return conditionType === type || (isAbstractType(conditionType) && schema.isSubType(conditionType, type));
  };
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = found.get(key);
        if (nodes) nodes.push(selection);
        else found.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isFor(selection.typeCondition)) visit(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments[selection.name.value];
        if (fragment && isFor(fragment.typeCondition)) visit(fragment.selectionSet);
      }
    }
  };
  sets.forEach(visit);
  return found;
}
