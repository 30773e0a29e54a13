interface Failure {
  code: string;
  message: string;
}

interface Guest {
  accessToken: string;
  user: { id: string };
}

interface HistoryPage {
  nodes: { id: string; text: string | null; author: { displayName: string } | null }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface NewRoom {
  kind: 'CHANNEL' | 'GROUP' | 'DIRECT';
  slug?: string;
  name?: string;
  topic?: string;
  /** Names of the first members; the first of them creates the room. */
  members: [string, ...string[]];
}

export interface NewMessage {
  roomId: string;
  text: string;
  replyToId?: string;
}

const signIn = `mutation ($input: CreateGuestSessionInput!) {
  done: createGuestSession(input: $input) { accessToken user { id } userErrors { code message } }
}`;
const createRoom = `mutation ($input: CreateRoomInput!) {
  done: createRoom(input: $input) { room { id } userErrors { code message } }
}`;
const openConversation = `mutation ($input: OpenConversationInput!) {
  done: openConversation(input: $input) { room { id } userErrors { code message } }
}`;
const sendMessage = `mutation ($input: SendMessageInput!) {
  done: sendMessage(input: $input) { message { id } userErrors { code message } }
}`;
const roomBySlug = 'query ($slug: String!) { roomBySlug(slug: $slug) { id } }';
const history = `query ($roomId: ID!, $after: String) {
  room(id: $roomId) {
    messages(first: 100, after: $after) {
      nodes { id text author { displayName } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** Sample users of a server, by name. They are guests. Each signs in over the API when first needed. */
export class SamplePeople {
  readonly #url: string;
  readonly #languages: Map<string, string>;
  readonly #guests = new Map<string, Promise<Guest>>();

  constructor(url: string, people: readonly { name: string; language: string }[]) {
    this.#url = url;
    this.#languages = new Map(people.map(({ name, language }) => [name, language]));
  }

  /** Returns whether a Parley server answers at the URL. */
  async isServed(): Promise<boolean> {
    const answer = await this.#ask(null, '{ server { version } }').catch(() => null);
    return answer !== null;
  }

  /** Returns the guest with this name; signs in at the first call. */
  guest(name: string): Promise<Guest> {
    const input = { displayName: name, language: this.#languages.get(name) };
    const guest = this.#guests.get(name) ?? this.#do<Guest>(null, signIn, input);
    this.#guests.set(name, guest);
    return guest;
  }

  /** Returns the id of a public room; null if there is none. */
  async findRoom(reader: string, slug: string): Promise<string | null> {
    const { roomBySlug: room } = await this.#ask<{ roomBySlug: { id: string } | null }>(reader, roomBySlug, { slug });
    return room?.id ?? null;
  }

  /** Creates a room, or opens the conversation; returns its id. */
  async makeRoom({ kind, slug, name, topic, members: [maker, ...others] }: NewRoom): Promise<string> {
    const userIds = await Promise.all(others.map(async (other) => (await this.guest(other)).user.id));
    const isConversation = kind === 'DIRECT';
    const input = isConversation ? { kind, userIds } : { kind, slug, name, topic, memberIds: userIds };
    const mutation = isConversation ? openConversation : createRoom;
    return (await this.#do<{ room: { id: string } }>(maker, mutation, input)).room.id;
  }

  /** Returns all messages of users in a room, oldest first. */
  async read(reader: string, roomId: string): Promise<{ id: string; by: string; text: string }[]> {
    const messages: { id: string; by: string; text: string }[] = [];
    let after: string | null = null;
    do {
      const { nodes, pageInfo }: HistoryPage = await this.#page(reader, { roomId, after });
      for (const { id, text, author } of nodes) if (author && text) messages.push({ id, by: author.displayName, text });
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    return messages;
  }

  async #page(reader: string, variables: { roomId: string; after: string | null }): Promise<HistoryPage> {
    return (await this.#ask<{ room: { messages: HistoryPage } }>(reader, history, variables)).room.messages;
  }

  /** Sends a message; returns its id. */
  async say(author: string, message: NewMessage): Promise<string> {
    return (await this.#do<{ message: { id: string } }>(author, sendMessage, message)).message.id;
  }

  async #do<Payload>(name: string | null, mutation: string, input: object): Promise<Payload> {
    const { done } = await this.#ask<{ done: Payload & { userErrors: Failure[] } }>(name, mutation, { input });
    const [failure] = done.userErrors;
    if (failure) throw new Error(`${failure.code}: ${failure.message}`);
    return done;
  }

  async #ask<Data>(name: string | null, query: string, variables: object = {}): Promise<Data> {
    const token = name && (await this.guest(name)).accessToken;
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: Failure[] };
    if (errors) throw new Error(errors[0]!.message);
    return data;
  }
}
