import type { Cache, CacheExchangeOpts, Resolver, UpdateResolver } from '@urql/exchange-graphcache';
import { pendingSequence } from '../outbox/outgoing.ts';
import { addedMessages, isNewestPage, type Listed, shownMessages } from './message-list.ts';
import { introspection, typesWithoutId } from './urql-introspection.ts';

/** Returns the configuration of Graphcache: `cacheExchange(parleyCache())`. */
export function parleyCache(): Partial<CacheExchangeOpts> {
  return {
    schema: introspection(),
    // Objects without an id are part of the object that contains them.
    keys: Object.fromEntries(typesWithoutId().map((name) => [name, () => null])),
    resolvers: { Room: { messages: orderedMessages() } },
    updates: {
      Subscription: { messageAdded: updateList, roomEvents: updateList },
      Mutation: { sendMessage: updateList },
    },
  };
}

const roomKey = (id: string) => ({ __typename: 'Room', id });

/** Each new message is a field of its own, so that no layer of the cache loses one: nothing is read to be written again. */
const updateList: UpdateResolver = (result, args, cache, { fieldName, variables }) => {
  const id = (args.roomId ?? (args.input as { roomId?: unknown } | undefined)?.roomId) as string | undefined;
  if (!id) return;
  const { parleyHide: hidden, parleyReset: isReset } = variables;
  if (isReset) outdate(cache, cache.keyOfEntity(roomKey(id))!);
  else if (hidden) {
    cache.invalidate(roomKey(id), 'messages', { live: hidden as string });
    cache.invalidate({ __typename: 'Message', id: hidden as string });
  } else
    for (const added of addedMessages(result[fieldName]))
      cache.link(roomKey(id), 'messages', { live: added.id }, { __typename: 'Message', id: added.id });
};

/** The server could not replay what came after these messages: the app's queries fetch them anew. */
function outdate(cache: Cache, room: string): void {
  for (const { fieldName, arguments: args, fieldKey } of cache.inspectFields(room)) {
    if (fieldName !== 'messages') continue;
    const node = args?.live ? cache.resolve(room, fieldKey) : null;
    const isPending = typeof node === 'string' && sequenceOf(cache, node) === pendingSequence;
    if (!isPending) cache.invalidate(room, 'messages', args);
  }
}

/** Joins all pages of a room and its live messages to one list, in order of `sequence`. */
export function orderedMessages(): Resolver {
  return (_parent, args, cache, { parentKey: room }) => {
    if (!cache.resolve(room, 'messages', args)) return undefined; // to be fetched
    const items = new Map<string, Listed<string>>();
    let newest: number | undefined;
    let first: number | undefined;
    for (const { fieldName, arguments: pageArgs, fieldKey } of cache.inspectFields(room)) {
      if (fieldName !== 'messages') continue;
      const key = cache.resolve(room, fieldKey) as string | undefined;
      if (!key) continue;
      if (pageArgs?.live) {
        if (!items.has(key)) items.set(key, { node: key, cursor: '', sequence: sequenceOf(cache, key) });
        continue;
      }
      const { listed, isNewest, isFirst } = readPage(cache, { key, args: pageArgs });
      for (const item of listed) items.set(item.node, item);
      if (isNewest) newest = Math.max(newest ?? 0, listed.at(-1)?.sequence ?? 0);
      if (isFirst) first = listed[0]?.sequence;
    }
    const known = [...items.values()].filter(({ node }) => cache.resolve(node, 'id'));
    const shown = shownMessages(known, { newest, first });
    return {
      __typename: 'MessageConnection',
      edges: shown.items.map(({ node, cursor }) => ({ __typename: 'MessageEdge', cursor, node })),
      nodes: shown.items.map(({ node }) => node),
      pageInfo: shown.pageInfo,
    };
  };
}

interface Page {
  readonly key: string;
  readonly args: Readonly<Record<string, unknown>> | null;
}

function readPage(cache: Cache, { key, args }: Page) {
  const info = cache.resolve(key, 'pageInfo') as string | undefined;
  const edges = cache.resolve(key, 'edges') as string[] | undefined;
  const nodes = (edges?.map((edge) => cache.resolve(edge, 'node')) ?? cache.resolve(key, 'nodes') ?? []) as string[];
  const cursorOf = (index: number) =>
    edges ? cache.resolve(edges[index]!, 'cursor') : index === 0 && info && cache.resolve(info, 'startCursor');
  return {
    listed: nodes.map(
      (node, index): Listed<string> => ({
        node,
        cursor: (cursorOf(index) as string | undefined) || '',
        sequence: sequenceOf(cache, node),
      }),
    ),
    isNewest: isNewestPage(args, info && cache.resolve(info, 'hasNextPage')),
    isFirst: Boolean(info) && cache.resolve(info!, 'hasPreviousPage') === false,
  };
}

const sequenceOf = (cache: Cache, message: string) => cache.resolve(message, 'sequence') as number | undefined;
