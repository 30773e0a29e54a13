import { gql } from '@apollo/client';
import type { Parley } from '../../src/api.ts';
import { apolloAdapter, urqlWithCache } from './chat-clients.ts';

/** An app's own operations, as small as the adapters allow. */
export const pageDocument = gql`
  query ($roomId: ID!, $last: Int = 50, $before: String) {
    room(id: $roomId) {
      id
      messages(last: $last, before: $before) {
        edges { cursor node { id sequence kind text editedAt deletedAt author { id displayName }
          reactionGroups { emoji count viewerHasReacted } } }
        pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
      }
    }
  }
`;
export const eventsDocument = gql`
  subscription ($roomId: ID!, $after: StreamCursor) {
    roomEvents(roomId: $roomId, after: $after) {
      status cursor resetReason
      events {
        ... on MessageAddedEvent { messageEdge { cursor node { id sequence kind text editedAt deletedAt author { id displayName }
          reactionGroups { emoji count } } } }
        ... on MessageUpdatedEvent { message { id text editedAt } }
        ... on MessageDeletedEvent { message { id text deletedAt } }
        ... on ReactionsChangedEvent { message { id reactionGroups { emoji count } } }
      }
    }
  }
`;
const addedDocument = gql`
  subscription ($roomId: ID!, $after: StreamCursor) {
    messageAdded(roomId: $roomId, after: $after) {
      cursor
      message { id sequence kind text editedAt deletedAt author { id displayName } reactionGroups { emoji count } }
    }
  }
`;
export const sendDocument = gql`
  mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id sequence text } userErrors { message } }
  }
`;

const textFragment = gql`
  fragment Text on Message {
    text
  }
`;

interface Page {
  readonly room: {
    readonly messages: {
      readonly edges: readonly { readonly node: ShownMessage }[];
      readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
    };
  };
}

export interface ShownMessage {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly text: string | null;
  readonly author: { readonly displayName: string } | null;
  readonly reactionGroups: readonly { readonly emoji: string; readonly viewerHasReacted: boolean }[];
}

export type Sent = { readonly data?: unknown; readonly error?: unknown };

/** What an app shows of a room. */
export interface ShownRoom {
  /** All lists so far, of the messages that users wrote. */
  readonly lists: readonly (readonly ShownMessage[])[];
  readonly texts: readonly (string | null)[];
  send(text: string, input?: object): Promise<Sent>;
  loadOlder(count: number): Promise<unknown>;
  refetch(): Promise<unknown>;
  /** The text of a message in the cache: Apollo shows nothing new while it fetches. */
  cachedText(id: string): string | null | undefined;
  stop(): void;
}

type Stream = 'roomEvents' | 'messageAdded';
export type ShowRoom = (parley: Parley, roomId: string, stream?: Stream, last?: number) => ShownRoom;

abstract class Lists {
  readonly lists: ShownMessage[][] = [];
  last: Page | undefined;

  get texts() {
    return (this.lists.at(-1) ?? []).map(({ text }) => text);
  }

  shown(page: Page): void {
    this.last = page;
    this.lists.push(page.room.messages.edges.map(({ node }) => node).filter(({ kind }) => kind === 'USER'));
  }
}

class ApolloRoom extends Lists implements ShownRoom {
  readonly #client;
  readonly #query;
  readonly #roomId: string;
  readonly #stops: { unsubscribe(): void }[];

  constructor(parley: Parley, roomId: string, stream: Stream, last = 50) {
    super();
    this.#roomId = roomId;
    this.#client = apolloAdapter(parley);
    this.#query = this.#client.watchQuery<Page>({ query: pageDocument, variables: { roomId, last } });
    const query = stream === 'roomEvents' ? eventsDocument : addedDocument;
    this.#stops = [
      this.#query.subscribe(({ data, dataState }) => dataState === 'complete' && this.shown(data as Page)),
      this.#client.subscribe({ query, variables: { roomId } }).subscribe(() => {}),
    ];
  }

  send(text: string, input = {}): Promise<Sent> {
    const variables = { input: { roomId: this.#roomId, text, ...input } };
    return this.#client.mutate({ mutation: sendDocument, variables }).catch((error) => ({ error }));
  }

  loadOlder(last: number) {
    return this.#query.fetchMore({ variables: { last, before: this.last?.room.messages.pageInfo.startCursor } });
  }

  refetch() {
    return this.#query.refetch();
  }

  cachedText(id: string) {
    return this.#client.readFragment<ShownMessage>({ id: `Message:${id}`, fragment: textFragment })?.text;
  }

  stop(): void {
    for (const subscription of this.#stops) subscription.unsubscribe();
    this.#client.stop();
  }
}

class UrqlRoom extends Lists implements ShownRoom {
  readonly #client;
  readonly #roomId: string;
  readonly #stops: { unsubscribe(): void }[];

  constructor(parley: Parley, roomId: string, stream: Stream, last = 50) {
    super();
    this.#roomId = roomId;
    this.#client = urqlWithCache(parley);
    const query = stream === 'roomEvents' ? eventsDocument : addedDocument;
    const page = this.#client.query<Page>(pageDocument, { roomId, last });
    this.#stops = [
      page.subscribe(({ data }) => data?.room && this.shown(data)),
      this.#client.subscription(query, { roomId }).subscribe(() => {}),
    ];
  }

  async send(text: string, input = {}): Promise<Sent> {
    return this.#client.mutation(sendDocument, { input: { roomId: this.#roomId, text, ...input } });
  }

  async loadOlder(last: number) {
    const before = this.last?.room.messages.pageInfo.startCursor;
    return this.#client.query(pageDocument, { roomId: this.#roomId, last, before });
  }

  async refetch() {
    const context = { requestPolicy: 'network-only' as const };
    return this.#client.query(pageDocument, { roomId: this.#roomId, last: 50 }, context);
  }

  cachedText(id: string) {
    return this.lists.at(-1)?.find((message) => message.id === id)?.text;
  }

  stop(): void {
    for (const subscription of this.#stops) subscription.unsubscribe();
  }
}

export const showInApollo: ShowRoom = (parley, roomId, stream = 'roomEvents', last) =>
  new ApolloRoom(parley, roomId, stream, last);
export const showInUrql: ShowRoom = (parley, roomId, stream = 'roomEvents', last) =>
  new UrqlRoom(parley, roomId, stream, last);
