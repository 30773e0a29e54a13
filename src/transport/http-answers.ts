import type { ServerResponse } from 'node:http';
import type { ChatError } from '../base/errors.ts';

export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers with an error and closes the connection: the rest of such a request is not read. */
export function refuse(response: ServerResponse, status: number, error: ChatError): void {
  response.setHeader('connection', 'close');
  answer(response, status, { errors: [error] });
}
