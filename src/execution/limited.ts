import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { costOf } from './cost.ts';

/** Refuse documents that are too deep, too long or have too many aliases, when they are parsed and validated. */
export const documentLimits = [
  maxDepthPlugin({ n: limits.depth }),
  maxAliasesPlugin({ n: limits.aliases }),
  maxTokensPlugin({ n: limits.tokens }),
];

/** Costs that do not depend on variables, by document and operation name: most operations are sent again and again. */
const knownCosts = new WeakMap<DocumentNode, Map<string, number>>();

/** Returns what an operation costs. Throws INVALID_INPUT for one that would make the server resolve too much. */
export function requireAffordable(args: ExecutionArgs): number {
  const cost = knownCost(args);
  if (cost <= limits.cost) return cost;
  const isSubscription = getOperationAST(args.document, args.operationName)?.operation === 'subscription';
  const limit = isSubscription ? limits.resultCost : limits.cost;
  if (cost <= limit) return cost;
  const fields = Math.min(cost, Number.MAX_SAFE_INTEGER);
  const message = `The operation may resolve ${fields} fields; the limit is ${limit}. Ask for smaller pages.`;
  throw invalidInput(message, [], 'cost');
}

/** Returns the result for an operation that costs too much, or whose variables do not fit; null if it may be executed. */
export function refusalOf(args: ExecutionArgs): ExecutionResult | null {
  try {
    requireAffordable(args);
    return null;
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

function knownCost(args: ExecutionArgs): number {
  const name = args.operationName ?? '';
  const known = knownCosts.get(args.document)?.get(name);
  if (known !== undefined) return known;
  const { fields, isConstant } = costOf(args);
  if (isConstant) knownCosts.set(args.document, (knownCosts.get(args.document) ?? new Map()).set(name, fields));
  return fields;
}
