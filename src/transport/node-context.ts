import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Context } from '../graphql/context.ts';

/** What Yoga adds to the context of an HTTP request: the request and the response of Node.js. */
export interface NodeContext {
  req: IncomingMessage;
  res: ServerResponse;
  /** Present if the operation was executed before the request came to Yoga, which then only makes the answer. */
  executed?: Executed;
}

/** The context and the result of an operation. Both may reject. */
export interface Executed {
  context: Promise<Context>;
  result: Promise<ExecutionResult>;
}
