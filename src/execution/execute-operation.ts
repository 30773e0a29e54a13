import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { ChatError, endedMeanwhile, rateLimited, unauthenticated } from '../base/errors.ts';
import { type Context, renewed, type Viewer } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';
import { executeMutation } from './execute-mutation.ts';
import { refusalOf } from './limited.ts';
import { needsSnapshot } from './snapshot.ts';
import { executeWithinBudget } from './text-budget.ts';

/** Executes a query or mutation, unless it costs too much. */
export function executeOperation(args: ExecutionArgs) {
  return refusalOf(args) ?? executeAffordable(args);
}

/** Executes a query or mutation that `requireAffordable` has let pass. */
export function executeAffordable(args: ExecutionArgs) {
  return isMutation(args) ? executeMutation(args) : executeQuery(args);
}

export function isMutation({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === 'mutation';
}

/** How often a query is executed if the viewer's access to a room ends each time; more would be a load without a bound. */
const maxExecutions = 5;

/** Executes a query. If the viewer's session ends meanwhile, returns an error: the result may show what is newer. */
async function executeQuery(args: ExecutionArgs): Promise<ExecutionResult> {
  const { viewer, services } = args.contextValue as Context;
  // Nobody but users sees rooms, whose fields alone need a snapshot.
  if (!viewer) return executeWithinBudget(args);
  const result = await (needsSnapshot(args) ? executeInSnapshot(viewer, args) : executeAs(viewer, args));
  return services.sessions.ends.hasEnded(viewer.sessionId) ? { errors: [endedMeanwhile()] } : result;
}

/**
 * Executes a query of a viewer. If their access to a room ends meanwhile, executes it again: one statement may have checked
 * the access, and a later one read what is newer than its end.
 */
async function executeAs(viewer: Viewer, args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as Context;
  const { accessEnds } = context.services.log;
  for (let execution = 1; execution <= maxExecutions; execution += 1) {
    const last = accessEnds.lastOf(viewer.userId);
    const contextValue = execution === 1 ? context : renewed(context);
    const result = await executeWithinBudget({ ...args, contextValue });
    if (accessEnds.lastOf(viewer.userId) === last) return result;
  }
  return { errors: [rateLimited('Your access to rooms changes too often at the moment. Try again.')] };
}

const snapshotOptions = { isolationLevel: 'RepeatableRead', maxWait: 10_000, timeout: 15_000 } as const;

/**
 * Executes a query that reads everything as of one moment. Its statements run one after the other. Administrators and API
 * keys may have several at a time: the backend of a host application renders rooms for many people.
 */
async function executeInSnapshot(viewer: Viewer, args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as Context;
  const { prisma, snapshotTurns } = context.services;
  const inSnapshot = (db: Database) =>
    executeWithinBudget({ ...args, contextValue: renewed(context, { db, isSnapshot: true }) });
  const transaction = async () => {
    if (context.isOver?.()) throw unauthenticated('The connection was closed.');
    return prisma.$transaction(inSnapshot, snapshotOptions);
  };
  try {
    return await snapshotTurns.run(viewer.isAdmin ? null : viewer.userId, transaction);
  } catch (error) {
    // An error that is thrown, instead of returned as a result, would close the WebSocket.
    if (error instanceof ChatError) return { errors: [error] };
    return { errors: [new GraphQLError('The server could not open a snapshot', { originalError: error as Error })] };
  }
}
