import { setTimeout as pause } from 'node:timers/promises';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { isForCaller } from './masking.ts';
import { executeWithinBudget } from './text-budget.ts';

interface Attempts {
  /** Makes the context of an attempt. */
  contextOf: () => Context;
  /** How long to wait before each further attempt. */
  pausesMs?: readonly number[];
  /** Returns whether another attempt is useless. */
  isInVain?: () => boolean;
}

const retryPausesMs = [100, 250, 500, 1000, 2000];

/**
 * Executes a subscription for one value of its source (`rootValue`). Executes it again after a fault, such as a short
 * outage of the database: if the result failed, the subscriber would miss the value.
 */
export async function executeValue(
  args: ExecutionArgs,
  { contextOf, pausesMs = retryPausesMs, isInVain = () => false }: Attempts,
): Promise<ExecutionResult> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await executeWithinBudget({ ...args, contextValue: contextOf() });
    const pauseMs = pausesMs[attempt];
    if (!result.errors || result.errors.every(isForCaller) || isInVain() || pauseMs === undefined) return result;
    await pause(pauseMs);
  }
}
