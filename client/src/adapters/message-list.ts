import { pendingSequence } from '../outbox/outgoing.ts';

export interface Listed<Node> {
  readonly node: Node;
  readonly cursor: string;
  /** Undefined if the app does not select it: then it stays where it arrived. */
  readonly sequence: number | undefined;
}

export interface Bounds {
  /** The last sequence of the newest page; undefined if only older pages are there. */
  readonly newest?: number | undefined;
  /** The sequence of the first message of the room, if a page has it. */
  readonly first?: number | undefined;
}

/**
 * Returns the messages to show, in order: the run without a gap around the newest page. An older page joins it when they
 * touch. After the newest page, what answers brought before its turn is shown too.
 */
export function shownMessages<Node>(all: readonly Listed<Node>[], { newest, first }: Bounds) {
  const at = ({ sequence = pendingSequence }: Listed<Node>) => sequence;
  const sorted = [...all].sort((a, b) => at(a) - at(b));
  const anchor = newest ?? Math.max(0, ...sorted.map(at).filter((sequence) => sequence < pendingSequence));
  let start = sorted.findIndex((item) => at(item) >= anchor);
  if (start < 0) start = sorted.length;
  while (start > 0 && start < sorted.length && at(sorted[start - 1]!) >= at(sorted[start]!) - 1) start--;
  const items = sorted.slice(start);
  const oldest = items[0] && at(items[0]);
  const cursors = items.map(({ cursor }) => cursor).filter(Boolean);
  const pageInfo = {
    __typename: 'PageInfo',
    hasPreviousPage: oldest !== undefined && oldest > 1 && oldest < pendingSequence && oldest !== first,
    hasNextPage: newest === undefined,
    startCursor: cursors[0] ?? null,
    endCursor: cursors.at(-1) ?? null,
  };
  return { items, pageInfo };
}

/** Whether a page of `Room.messages` ends with the newest message. */
export function isNewestPage(args: Readonly<Record<string, unknown>> | null, hasNextPage: unknown): boolean {
  return hasNextPage === false || Boolean(args?.last && !args.before && !args.after);
}

export interface Added {
  readonly id: string;
  readonly cursor: string;
}

interface Payload {
  readonly __typename?: string;
  readonly events?: readonly Payload[];
  readonly message?: { readonly id?: string } | null;
  readonly messageEdge?: { readonly cursor?: string; readonly node?: { readonly id?: string } } | null;
}

const adding = new Set(['MessageAddedEvent', 'SendMessagePayload']);

/** Returns the messages that `roomEvents`, `messageAdded` or `sendMessage` add to a room. */
export function addedMessages(payload: unknown): Added[] {
  const { events, ...single } = (payload ?? {}) as Payload;
  return (events ?? [single]).flatMap(({ __typename = '', message, messageEdge }) => {
    const id = message?.id ?? messageEdge?.node?.id;
    return id && adding.has(__typename) ? [{ id, cursor: messageEdge?.cursor ?? '' }] : [];
  });
}
