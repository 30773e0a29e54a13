import { type ExecutionArgs, type ExecutionResult, execute, subscribe } from 'graphql';
import { ChatError } from '../errors.ts';
import { requireAffordable } from './limited.ts';

/** Executes a query or mutation, after a look at what it costs; the same for HTTP and WebSocket. */
export function executeOperation(args: ExecutionArgs) {
  return refused(args) ?? execute(args);
}

/** Starts a subscription, likewise. */
export function subscribeOperation(args: ExecutionArgs) {
  return refused(args) ?? subscribe(args);
}

function refused(args: ExecutionArgs): ExecutionResult | null {
  try {
    requireAffordable(args);
    return null;
  } catch (error) {
    if (error instanceof ChatError) return { errors: [error] };
    throw error;
  }
}
