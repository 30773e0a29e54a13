import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { type DocumentNode, type ExecutionArgs, getOperationAST, Kind, visit } from 'graphql';
import { invalidInput } from '../errors.ts';
import { limits } from '../limits.ts';

/** Refuse documents that are too deep, too long or alias too much, when they are parsed and validated. */
export const documentLimits = [
  maxDepthPlugin({ n: limits.depth }),
  maxAliasesPlugin({ n: limits.aliases }),
  maxTokensPlugin({ n: limits.tokens }),
];

/** Costs of operations that no variable changes, by document and operation name: most are sent again and again. */
const knownCosts = new WeakMap<DocumentNode, Map<string, number>>();

/** Returns what an operation costs. Throws INVALID_INPUT for one that would make the server resolve too much. */
export function requireAffordable(args: ExecutionArgs): number {
  const name = args.operationName ?? '';
  const known = knownCosts.get(args.document)?.get(name);
  const cost = known ?? costOf(args);
  if (known === undefined && !hasVariableSizes(args.document)) {
    knownCosts.set(args.document, (knownCosts.get(args.document) ?? new Map()).set(name, cost));
  }
  if (cost <= limits.cost) return cost;
  const message = `The operation may resolve ${cost} fields; the limit is ${limits.cost}. Ask for smaller pages.`;
  throw invalidInput(message, [], 'cost');
}

function costOf({ schema, document, operationName, variableValues, contextValue }: ExecutionArgs): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const body = { kind: Kind.DOCUMENT as const, definitions: [operation, ...fragments] };
  return complexityFromQuery(body, { schema, ctx: contextValue as object, variables: { ...variableValues } })
    .complexity;
}

/** Arguments that say how many items a field brings. */
const sizes = new Set(['first', 'last', 'ids']);

/** Whether the size of a list in the document is a variable. */
function hasVariableSizes(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Argument: ({ name, value }) => {
      if (sizes.has(name.value) && value.kind === Kind.VARIABLE) isFound = true;
    },
  });
  return isFound;
}
