import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type OperationDefinitionNode,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { invalidInput } from '../base/errors.ts';

/**
 * Refuses mutations and subscriptions with a field that must be read from a snapshot: only queries have one. This is a rule of
 * validation, because the mutation would have made its change before the field is resolved.
 */
export const queriesOnly: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(queriesOnlyRule),
};

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

function queriesOnlyRule(context: ValidationContext): ASTVisitor {
  /** The first field of each definition that needs a snapshot. */
  const found = new Map<Definition, FieldNode>();
  let current: Definition;
  const enter = (definition: Definition) => {
    current = definition;
  };
  return {
    OperationDefinition: enter,
    FragmentDefinition: enter,
    Field: (field) => {
      if (context.getFieldDef()?.extensions.needsSnapshot && !found.has(current)) found.set(current, field);
    },
    Document: {
      leave: ({ definitions }) => {
        for (const operation of definitions) {
          if (operation.kind !== 'OperationDefinition' || operation.operation === 'query') continue;
          const parts = [operation, ...context.getRecursivelyReferencedFragments(operation)];
          const field = parts.map((part) => found.get(part)).find((each) => each !== undefined);
          if (field) context.reportError(refusalOf(field));
        }
      },
    },
  };
}

function refusalOf(field: FieldNode): GraphQLError {
  const { message, extensions } = invalidInput(`\`${field.name.value}\` is available in queries only.`, [], 'query');
  return new GraphQLError(message, { nodes: field, extensions });
}
