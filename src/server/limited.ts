import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type ExecutionArgs, getOperationAST, Kind } from 'graphql';
import { invalidInput } from '../errors.ts';
import { limits } from '../limits.ts';

/** Refuse documents that are too deep, too long or alias too much, when they are parsed and validated. */
export const documentLimits = [
  maxDepthPlugin({ n: limits.depth }),
  maxAliasesPlugin({ n: limits.aliases }),
  maxTokensPlugin({ n: limits.tokens }),
];

/** Throws INVALID_INPUT for an operation that would make the server resolve too much. */
export function requireAffordable({ schema, document, operationName, variableValues, contextValue }: ExecutionArgs) {
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const { complexity } = complexityFromQuery(
    { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
    { schema, ctx: contextValue as object, variables: { ...variableValues } },
  );
  if (complexity <= limits.cost) return;
  const message = `The operation may resolve ${complexity} fields; the limit is ${limits.cost}. Ask for smaller pages.`;
  throw invalidInput(message, [], 'cost');
}
