import type { ExecutionArgs } from 'graphql';
import type { Context } from '../graphql/context.ts';
import type { Plan } from './plan.ts';

/** A subscription, as one client asked for it. */
export interface Operation {
  args: ExecutionArgs;
  context: Context;
}

/** Returns a key that is the same for all operations whose results are the same. */
export function resultKey({ digest, variables, dependence }: Plan, { args, context }: Operation): string {
  // A variable that is null differs from one that is left out and has its default.
  const given = args.variableValues ?? {};
  const values = variables.map((name) => (Object.hasOwn(given, name) ? [given[name]] : []));
  const viewer = dependence === 'viewer' ? (context.viewer?.sessionId ?? '') : '';
  return `${digest} ${JSON.stringify(values)} ${context.language} ${viewer}`;
}
