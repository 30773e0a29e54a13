import { cacheExchange, type KeyingConfig } from '@urql/exchange-graphcache';
import type { Parley, RequestOptions } from 'parley-client';
import {
  type AnyVariables,
  Client,
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
  type UseQueryArgs,
  useMutation,
  useQuery,
} from 'urql';
import { filter, make, merge, mergeMap, pipe, type Source, takeUntil } from 'wonka';
import type { TypedDocument } from '../documents.ts';
import { persist } from './persist.ts';

/** Types without an id, which belong to the object around them. */
const parts = [
  'CappedCount',
  'MessageConnection',
  'MessageEdge',
  'NotificationConnection',
  'ReactionGroup',
  'ReadState',
  'RoomConnection',
  'RoomMembershipConnection',
  'RoomPresence',
  'Server',
  'ServerLimits',
  'SystemEvent',
  'UnreadSummary',
  'UserConnection',
];
const keys: KeyingConfig = {
  ...Object.fromEntries(parts.map((name) => [name, () => null])),
  Presence: ({ user }) => (user as { id?: string } | undefined)?.id ?? null,
};

/** Returns the cache for everything but the messages of rooms: those are in the client's rooms. */
export function dataOf(parley: Pick<Parley, 'request'>): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    exchanges: [cacheExchange({ keys }), requests(parley)],
  });
}

/** Executes queries and mutations with the token of the client. */
function requests(parley: Pick<Parley, 'request'>): Exchange {
  return ({ forward }) =>
    (operations) => {
      const isOurs = ({ kind }: Operation) => kind === 'query' || kind === 'mutation';
      const endOf = (key: number) => filter((other: Operation) => other.kind === 'teardown' && other.key === key);
      const answer = (operation: Operation) =>
        pipe(fromRequest(parley, operation), takeUntil(endOf(operation.key)(operations)));
      return merge([
        pipe(operations, filter(isOurs), mergeMap(answer)),
        pipe(
          operations,
          filter((operation) => !isOurs(operation)),
          forward,
        ),
      ]);
    };
}

/** Asks in the next microtask: React begins and ends a query at once before it begins it for good. */
function fromRequest(parley: Pick<Parley, 'request'>, operation: Operation): Source<OperationResult> {
  return make((observer) => {
    const ender = new AbortController();
    const ask = async () => {
      await Promise.resolve();
      if (ender.signal.aborted) return;
      observer.next(await execute(parley, operation, ender.signal));
      observer.complete();
    };
    void ask();
    return () => ender.abort();
  });
}

/** A query gets an error only if asking again would not help. */
async function execute(
  parley: Pick<Parley, 'request'>,
  operation: Operation,
  signal: AbortSignal,
): Promise<OperationResult> {
  try {
    const document = { query: stringifyDocument(operation.query) };
    const ask = (options: RequestOptions) =>
      parley.request<object, AnyVariables>(document, operation.variables, options);
    const data = await (operation.kind === 'query' ? persist(() => ask({ signal }), signal) : ask({}));
    return makeResult(operation, { data });
  } catch (error) {
    return makeErrorResult(operation, error as Error);
  }
}

/** Follows the result of a query. `variables`: null asks for nothing yet. */
export function useData<D, V extends AnyVariables>(document: TypedDocument<D, V>, variables: V | null) {
  const args = { query: document.query, variables: variables ?? {}, pause: variables === null };
  return useQuery<D, V>(args as UseQueryArgs<V, D>);
}

/** Returns a function that executes a mutation. It resolves to the result, and never rejects. */
export function useAct<D, V extends AnyVariables>(document: TypedDocument<D, V>) {
  return useMutation<D, V>(document.query)[1];
}
