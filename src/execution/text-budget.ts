import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { executePlanned } from '../executor/execute.ts';
import { isSpent, tooMuchText } from '../graphql/budget.ts';
import type { Context } from '../graphql/context.ts';
import { coercionOptions } from './coercion.ts';

/**
 * Executes an operation. If its result would have more text than is allowed, returns an error alone: the client would not
 * notice what is missing from the rest.
 */
export async function executeWithinBudget(args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await executePlanned({ ...args, options: coercionOptions });
  const { budget } = args.contextValue as Context;
  return isSpent(budget) ? { errors: [tooMuchText(budget)] } : result;
}
