import type { FieldPolicy, InMemoryCacheConfig, Reference, StoreObject } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { pendingSequence } from '../outbox/outgoing.ts';
import { isNewestPage, type Listed, shownMessages } from './message-list.ts';
import { possibleTypes } from './possible-types.ts';

/** `Room.messages` as it is in the cache. */
export interface StoredList {
  readonly items: readonly StoredItem[];
  readonly newest?: number | undefined;
  readonly first?: number | undefined;
  /** The server could not replay what came after these messages: the next page replaces them. */
  readonly isOutdated?: boolean;
  /** No page has been loaded yet: these are messages of the outbox alone. */
  readonly isAwaited?: boolean;
}

export interface StoredItem {
  readonly node: Reference;
  readonly cursor: string;
}

type Read = <T>(field: string, from: StoreObject | Reference) => T | undefined;

/** Returns the configuration of the cache: `new InMemoryCache(parleyCache())`. */
export function parleyCache(): InMemoryCacheConfig {
  return {
    possibleTypes,
    typePolicies: {
      Room: { fields: { messages: orderedMessages() } },
      Viewer: { fields: { memberships: relayStylePagination(['orderBy', 'filter']) } },
      ReactionGroup: { keyFields: false },
      MessageEdge: { keyFields: false },
      ReadState: { merge: true },
      Presence: { merge: true },
    },
  };
}

/** Joins all pages of a room and its live messages to one list, in order of `sequence`. */
export function orderedMessages(): FieldPolicy<StoredList, StoreObject, StoreObject> {
  return {
    keyArgs: false,
    merge: (existing, incoming, { args, readField }) =>
      withPage(existing, { page: incoming, args, read: readField as Read }),
    read(stored, { readField, canRead }) {
      if (!stored || stored.isAwaited) return undefined;
      const listed = stored.items
        .filter(({ node }) => canRead(node))
        .map((item): Listed<Reference> => ({ ...item, sequence: readField<number>('sequence', item.node) }));
      const { items, pageInfo } = shownMessages(listed, stored);
      return {
        __typename: 'MessageConnection',
        edges: items.map(({ node, cursor }) => ({ __typename: 'MessageEdge', cursor, node })),
        nodes: items.map(({ node }) => node),
        pageInfo,
      };
    },
  };
}

interface Page {
  readonly page: StoreObject;
  readonly args: Record<string, unknown> | null;
  readonly read: Read;
}

/** A page that the server never gives. Messages that are written with it wait in the list for a real one. */
export const waitingField = 'messages(first: 0)';

function withPage(existing: StoredList | undefined, { page, args, read }: Page): StoredList {
  const sequenceOf = ({ node }: StoredItem) => read<number>('sequence', node) ?? pendingSequence;
  const items = itemsOf(page, read);
  if (args?.first === 0) {
    const all = new Map([...items, ...(existing?.items ?? [])].map((item) => [item.node.__ref, item]));
    return { ...existing, items: [...all.values()], isAwaited: existing === undefined || existing.isAwaited === true };
  }
  const isPending = (item: StoredItem) => sequenceOf(item) === pendingSequence;
  const kept = existing?.isOutdated ? { items: existing.items.filter(isPending) } : existing;
  const byId = new Map([...(kept?.items ?? []), ...items].map((item) => [item.node.__ref, item]));
  const info = page.pageInfo as StoreObject | undefined;
  const last = items.at(-1);
  const isNewest = isNewestPage(args, info && read('hasNextPage', info));
  const isFirst = items[0] && info && read('hasPreviousPage', info) === false;
  return {
    items: [...byId.values()],
    newest: isNewest ? Math.max(kept?.newest ?? 0, last ? sequenceOf(last) : 0) : kept?.newest,
    first: isFirst ? sequenceOf(items[0]!) : kept?.first,
  };
}

/** Returns the messages of a page, whether it selects `edges` or `nodes`. */
function itemsOf({ edges, nodes, pageInfo }: StoreObject, read: Read): StoredItem[] {
  if (edges)
    return (edges as StoreObject[]).map((edge) => ({
      node: read<Reference>('node', edge)!,
      cursor: read<string>('cursor', edge) ?? '',
    }));
  const items = ((nodes ?? []) as Reference[]).map((node) => ({ node, cursor: '' }));
  const info = (pageInfo ?? {}) as StoreObject;
  if (items.length > 0) items[0]!.cursor = read<string>('startCursor', info) ?? '';
  return items;
}
