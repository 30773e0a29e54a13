import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import type { Preparation } from '../execution/preparation.ts';
import type { ContextOf } from './http-contexts.ts';
import { bodyOf } from './large-answers.ts';
import type { Executed } from './node-context.ts';

/** A request to the path of GraphQL, with its whole body. */
export type RequestWithBody = IncomingMessage & { body: Buffer };

/** Answers a request to the path of GraphQL. */
export type Operations = (request: RequestWithBody, response: ServerResponse) => Promise<void> | void;

interface PlainOperationsOptions {
  /** The URL of plain requests. */
  url: string;
  yoga: (
    request: RequestWithBody,
    response: ServerResponse,
    ...context: { executed: Executed }[]
  ) => Promise<void> | void;
  prepare: Preparation;
  contextOf: ContextOf;
  execute: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;
}

type Operation = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

const json = 'application/json; charset=utf-8';
const graphqlJson = 'application/graphql-response+json; charset=utf-8';

/** The type of an answer with data, by the Accept header: those of curl and fetch, of Apollo Client, and of urql. */
const typeByAccept = new Map<string, string>([
  ['', json],
  ['*/*', json],
  ['application/json', json],
  ['application/graphql-response+json', graphqlJson],
  ['application/graphql-response+json,application/json;q=0.9', graphqlJson],
  [
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    graphqlJson,
  ],
]);

/**
 * Returns a handler that executes plain operations itself: valid queries and mutations, sent as JSON. Yoga would add more
 * than the work of a small query. Yoga gets all other requests, and also makes each answer that has errors; the operation
 * is not executed again then.
 */
export function plainOperations({ url, yoga, prepare, contextOf, execute }: PlainOperationsOptions): Operations {
  return async (request, response) => {
    const type = typeByAccept.get(request.headers.accept ?? '');
    const operation = type && request.method === 'POST' && request.url === url && operationIn(request.body, prepare);
    if (!operation) return yoga(request, response);
    const executed = executeFor(contextOf(request), (contextValue) => execute({ ...operation, contextValue }));
    const result = await executed.result.catch(() => null);
    if (!result?.data || result.errors || result.extensions) return yoga(request, response, { executed });
    sendData(response, { type, data: result.data });
  };
}

/** Returns the operation of a body; null if it is not a valid query or mutation. */
function operationIn(body: Buffer, prepare: Preparation): Operation | null {
  try {
    const params = JSON.parse(body.toString()) as Record<string, unknown> | null;
    if (!isPlain(params)) return null;
    const { query, operationName, variables } = params;
    const prepared = prepare(query);
    if ('errors' in prepared) return null;
    const type = getOperationAST(prepared.document, operationName)?.operation;
    return type === 'query' || type === 'mutation' ? { ...prepared, operationName, variableValues: variables } : null;
  } catch {
    return null;
  }
}

interface Params {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

function isPlain(params: Record<string, unknown> | null): params is Record<string, unknown> & Params {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return false;
  return 'query' in params && Object.entries(params).every(([name, value]) => checks.get(name)?.(value));
}

const checks = new Map<string, (value: unknown) => boolean>([
  ['query', (value) => typeof value === 'string' && value !== ''],
  ['operationName', (value) => value === null || (typeof value === 'string' && value !== '')],
  ['variables', isObjectOrNull],
  ['extensions', isObjectOrNull],
]);

function isObjectOrNull(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

function executeFor(
  context: Executed['context'],
  execute: (context: Awaited<Executed['context']>) => ExecutionResult | Promise<ExecutionResult>,
): Executed {
  return { context, result: context.then(execute) };
}

function sendData(response: ServerResponse, { type, data }: { type: string; data: unknown }): void {
  const text = JSON.stringify({ data });
  if (response.closed || response.destroyed) return;
  response.writeHead(200, { 'Content-Type': type, 'content-length': Buffer.byteLength(text) }).end(bodyOf(text));
}
