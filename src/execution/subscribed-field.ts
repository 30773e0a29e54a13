import { type ASTVisitor, GraphQLError, Kind, type SelectionNode, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Refuses subscriptions whose only field is left out by `@skip(if: true)` or `@include(if: false)`. graphql-js accepts them and
 * throws a TypeError when it executes them. It refuses directives with variables itself, so this rule need not look at them.
 */
export const subscribedField: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(subscribedFieldRule),
};

function subscribedFieldRule(context: ValidationContext): ASTVisitor {
  const hasField = (selections: readonly SelectionNode[], visited: Set<string>): boolean =>
    selections.some((selection) => {
      if (isLeftOut(selection)) return false;
      if (selection.kind === Kind.FIELD) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return hasField(selection.selectionSet.selections, visited);
      const name = selection.name.value;
      // A visited fragment has no field, or the search would have ended there. It may be spread many times, or in a
      // circle.
      if (visited.has(name)) return false;
      visited.add(name);
      const fragment = context.getFragment(name);
      // Another rule reports unknown fragments.
      return !fragment || hasField(fragment.selectionSet.selections, visited);
    });
  return {
    OperationDefinition: (operation) => {
      if (operation.operation !== 'subscription' || hasField(operation.selectionSet.selections, new Set())) return;
      context.reportError(new GraphQLError('A subscription must select a field.', { nodes: operation }));
    },
  };
}

function isLeftOut({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name, arguments: given = [] }) => {
    const condition = given.find((argument) => argument.name.value === 'if')?.value;
    return condition?.kind === Kind.BOOLEAN && condition.value === leavesOut.get(name.value);
  });
}

/** The conditions under which directives leave a selection out. */
const leavesOut = new Map([
  ['skip', true],
  ['include', false],
]);
