import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Yoga adds to the context of an HTTP request: the request and the response of Node.js. */
export interface NodeContext {
  req: IncomingMessage;
  res: ServerResponse;
}
