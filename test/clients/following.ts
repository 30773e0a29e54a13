import type { Client } from 'graphql-ws';

const load = `query ($roomId: ID!) {
  room(id: $roomId) { syncCursor messages(last: 50) { nodes { id text } } }
}`;
const follow = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    status
    cursor
    events {
      ... on MessageAddedEvent { message { id text } }
      ... on MessageUpdatedEvent { message { id text } }
      ... on MessageDeletedEvent { message { id text } }
    }
  }
}`;

export interface Message {
  id: string;
  text: string | null;
}

/** What shows the room. `show` replaces everything, `apply` adds a message or changes one. */
export interface View {
  show(messages: Message[]): void;
  apply(message: Message): void;
}

/**
 * Shows a room and keeps it up to date, until the viewer's access or the token of the connection ends. If the server
 * cannot replay what was missed, loads the room again. Throws errors that a repeat does not solve, and a refused token.
 */
export async function followRoom(client: Client, roomId: string, view: View): Promise<void> {
  const variables = { roomId, after: null as string | null }; // graphql-ws reads them again at each reconnect
  for (;;) {
    try {
      variables.after ??= await loadRoom(client, roomId, view);
      for await (const { data, errors } of client.iterate<Frame>({ query: follow, variables })) {
        if (errors) throw errors[0];
        const { status, cursor, events } = data!.roomEvents;
        for (const { message } of events) if (message) view.apply(message);
        variables.after = status === 'RESET' ? null : cursor;
      }
      if (variables.after) return; // status ENDED, or the client was disposed
    } catch (reason) {
      await waitToRetry([reason].flat()[0] as Failure); // graphql-ws throws a list if the server refuses the operation
    }
  }
}

/** Shows the newest messages of the room. Returns the cursor to continue from. */
async function loadRoom(client: Client, roomId: string, view: View): Promise<string> {
  for await (const { data, errors } of client.iterate<Loaded>({ query: load, variables: { roomId } })) {
    if (errors) throw errors[0];
    if (!data?.room) throw new Error('The room does not exist, or the viewer has no access to it');
    view.show(data.room.messages.nodes);
    return data.room.syncCursor;
  }
  throw new Error('The client was disposed');
}

/** Waits as long as the error says, or one to two seconds. Throws the error if a repeat does not solve it. */
async function waitToRetry(error: Failure): Promise<void> {
  const { retryable, retryAfterMs = 1000 + 1000 * Math.random() } = error?.extensions ?? {};
  if (!retryable) throw error;
  await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
}

interface Loaded {
  room: { syncCursor: string; messages: { nodes: Message[] } } | null;
}

interface Frame {
  roomEvents: { status: string; cursor: string; events: { message?: Message }[] };
}

interface Failure {
  extensions?: { retryable?: boolean; retryAfterMs?: number };
}
