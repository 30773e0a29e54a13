import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type AnyVariables, type Client, type RequestPolicy, useClient } from 'urql';
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
  const [version, setVersion] = useState(0);
  const followed = useRef(version);
  const count = wanted.key === key ? wanted.count : 1;
  useEffect(() => {
    const requestPolicy = followed.current === version ? 'cache-first' : 'network-only';
    followed.current = version;
    if (count === 1) return setJoined(null);
    const ask = { client, query: document.query, variables: JSON.parse(key), requestPolicy, pageOf } as const;
    return followPages(ask, { after: null, count, onPages: (pages) => setJoined({ key, pages }) });
  }, [client, document, key, pageOf, count, version]);
  const pages = useMemo(() => (joined?.key === key ? joined.pages : first ? [first] : null), [joined, key, first]);
  const nodes = useMemo(
    () => pages && [...new Map(pages.flatMap((page) => page.nodes).map((node) => [node.id, node])).values()],
    [pages],
  );
  const again = useCallback(() => {
    refetch({ requestPolicy: 'network-only' });
    setVersion((before) => before + 1);
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
  requestPolicy: RequestPolicy;
  pageOf: List<D, N>['pageOf'];
}

interface Follow<N extends Node> {
  after: string | null;
  count: number;
  /** Gets all pages each time one of them changes, and never some without those after them. */
  onPages: (pages: readonly ListPage<N>[]) => void;
}

/** Follows so many pages after a cursor, until the returned function is called. */
function followPages<D, N extends Node>(ask: Ask<D, N>, { after, count, onPages }: Follow<N>): () => void {
  let own: ListPage<N> | null = null;
  let later: { after: string; pages: readonly ListPage<N>[] | null; end: () => void } | null = null;
  const changed = () => {
    if (own && (!later || later.pages)) onPages([own, ...(later?.pages ?? [])]);
  };
  const followLater = (cursor: string) => {
    const next = { after: cursor, pages: null as readonly ListPage<N>[] | null, end: () => {} };
    later = next;
    const onLater = (pages: readonly ListPage<N>[]) => {
      next.pages = pages;
      changed();
    };
    next.end = followPages(ask, { after: cursor, count: count - 1, onPages: onLater });
  };
  const { client, query, variables } = ask;
  // The last page is the one that is wanted now: what the cache has of it may be from long ago.
  const requestPolicy = count === 1 && ask.requestPolicy === 'cache-first' ? 'cache-and-network' : ask.requestPolicy;
  const subscription = client.query<D>(query, { ...variables, after }, { requestPolicy }).subscribe(({ data }) => {
    own = (data && ask.pageOf(data)) || own;
    const cursor = own && count > 1 && own.pageInfo.hasNextPage ? own.pageInfo.endCursor : null;
    if (cursor !== (later?.after ?? null)) {
      later?.end();
      later = null;
      if (cursor !== null) followLater(cursor);
    }
    changed();
  });
  return () => {
    subscription.unsubscribe();
    later?.end();
  };
}
