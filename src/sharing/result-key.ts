import type { ExecutionArgs } from 'graphql';
import type { Context, Viewer } from '../graphql/context.ts';
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
  const viewer = dependence === 'viewer' && context.viewer ? viewerKey(context.viewer) : '';
  return `${digest} ${JSON.stringify(values)} ${context.language} ${viewer}`;
}

/** Administrators see more. A viewer may become one, and be one no more. */
function viewerKey({ sessionId, isAdmin }: Viewer): string {
  return isAdmin ? `${sessionId} administrator` : sessionId;
}
