import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type AnyVariables, type Client, createRequest, type RequestPolicy, useClient } from 'urql';
import type { TypedDocument } from '../documents.ts';
import { useData } from './data.ts';

interface Node {
  readonly id: string;
}

export interface ListPage<N extends Node> {
  readonly nodes: readonly N[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

interface List<D, N extends Node> {
  /** The variables of its query without the cursor. It is another list if they change. */
  variables: object;
  document: TypedDocument<D, never>;
  pageOf: (data: D) => ListPage<N> | null | undefined;
}

/**
 * Follows a list of which later pages are asked for. The cursor of a page is the end of the one before it: if that moves, the
 * page is asked for anew, so that nothing is lost between two pages.
 */
export function usePages<D, N extends Node>({ document, variables, pageOf }: List<D, N>) {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [{ data, fetching, stale, operation }, refetch] = useData<D, AnyVariables>(
    document as TypedDocument<D, AnyVariables>,
    { ...variables, after: null },
  );
  const first = data && pageOf(data);
  const [wanted, setWanted] = useState({ key, count: 1 });
  const [joined, setJoined] = useState<{ key: string; pages: readonly ListPage<N>[] } | null>(null);
  const followed = useRef<Followed>(null);
  const count = wanted.key === key ? wanted.count : 1;
  useEffect(() => {
    if (count === 1) return setJoined(null);
    const ask = { client, query: document.query, variables: JSON.parse(key), pageOf };
    const onPages = (pages: readonly ListPage<N>[]) => setJoined({ key, pages });
    const follow = followPages(ask, { after: null, count, requestPolicy: 'cache-first', onPages });
    followed.current = follow;
    return () => {
      followed.current = null;
      follow.end();
    };
  }, [client, document, key, pageOf, count]);
  const pages = useMemo(() => (joined?.key === key ? joined.pages : first ? [first] : null), [joined, key, first]);
  const nodes = useMemo(
    () => pages && [...new Map(pages.flatMap((page) => page.nodes).map((node) => [node.id, node])).values()],
    [pages],
  );
  const again = useCallback(() => {
    if (followed.current) followed.current.again();
    else refetch({ requestPolicy: 'network-only' });
  }, [refetch]);
  const hasMore = pages?.length === count && pages.at(-1)?.pageInfo.hasNextPage === true;
  const more = useCallback(() => {
    if (hasMore) setWanted({ key, count: count + 1 });
  }, [hasMore, key, count]);
  return { nodes, fetching, stale, operation, more, again };
}

interface Ask<D, N extends Node> {
  client: Client;
  query: string;
  variables: object;
  pageOf: List<D, N>['pageOf'];
}

interface Follow<N extends Node> {
  after: string | null;
  count: number;
  requestPolicy: RequestPolicy;
  /** Gets all pages each time one of them changes, and never some without those after them. */
  onPages: (pages: readonly ListPage<N>[]) => void;
}

interface Followed {
  /** Asks for all pages that are known, at once: one after another, they would be late, and changes come meanwhile. */
  again: () => void;
  end: () => void;
}

interface Later<N extends Node> {
  after: string;
  pages: readonly ListPage<N>[] | null;
  followed: Followed | null;
}

/** Follows so many pages after a cursor. */
function followPages<D, N extends Node>(ask: Ask<D, N>, { after, count, requestPolicy, onPages }: Follow<N>): Followed {
  let own: ListPage<N> | null = null;
  let later: Later<N> | null = null;
  const changed = () => {
    if (own && (!later || later.pages)) onPages([own, ...(later?.pages ?? [])]);
  };
  const followLater = (cursor: string, policy: RequestPolicy) => {
    later?.followed?.end();
    // Nothing is shown until the pages after this cursor are there: those after another one may not follow on.
    const next: Later<N> = { after: cursor, pages: null, followed: null };
    later = next;
    const onLater = (pages: readonly ListPage<N>[]) => {
      next.pages = pages;
      changed();
    };
    next.followed = followPages(ask, { after: cursor, count: count - 1, requestPolicy: policy, onPages: onLater });
  };
  const { client, variables } = ask;
  const request = createRequest<D, AnyVariables>(ask.query, { ...variables, after });
  const askWith = (policy: RequestPolicy) => client.createRequestOperation('query', request, { requestPolicy: policy });
  // The last page is the one that is wanted now: what the cache has of it may be from long ago.
  const first = count === 1 && requestPolicy === 'cache-first' ? 'cache-and-network' : requestPolicy;
  const subscription = client.executeRequestOperation(askWith(first)).subscribe(({ data }) => {
    const policy = own ? 'network-only' : requestPolicy;
    own = (data && ask.pageOf(data)) || own;
    const cursor = own && count > 1 && own.pageInfo.hasNextPage ? own.pageInfo.endCursor : null;
    if (cursor === null) {
      later?.followed?.end();
      later = null;
    } else if (cursor !== later?.after) followLater(cursor, policy);
    changed();
  });
  return {
    again: () => {
      client.reexecuteOperation(askWith('network-only'));
      later?.followed?.again();
    },
    end: () => {
      subscription.unsubscribe();
      later?.followed?.end();
    },
  };
}
