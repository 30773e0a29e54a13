import type { RoomStateQuery } from '../generated/graphql.ts';
import type { Follower } from './follower.ts';

/** What a client shows of a message. */
interface Shown {
  sequence: number;
  text: string | null;
  editedAt: string | null;
  deletedAt: string | null;
  answers: string | null;
  reactions: readonly { emoji: string; count: number }[];
}

/** What a client shows of a room. */
export interface RoomState {
  name?: string | null;
  topic?: string | null;
  members: Map<string, string>;
  messages: Map<string, Shown>;
}

/** Returns what a client shows of the answer to a query. */
export function stateOf({ room: found }: RoomStateQuery): RoomState {
  const { name, topic, members, messages } = found!;
  return {
    name,
    topic,
    members: new Map(members.nodes.map(({ id, role }) => [id, role])),
    messages: new Map(
      messages.nodes.map((message) => {
        const { id, sequence, editedAt, deletedAt, replyTo, reactionGroups: reactions } = message;
        const answers = replyTo?.id ?? null;
        const text = said(message);
        return [id, { sequence, text, editedAt, deletedAt, answers, reactions }];
      }),
    ),
  };
}

/** The text of a system message is derived for each reader from current names, and is not part of the state. */
function said({ kind, text }: { kind: string; text?: string | null }): string | null {
  return kind === 'SYSTEM' ? null : (text ?? null);
}

type Event = Follower['frames'][number]['events'][number];

/** Applies the events of a follower to a state, as a client does, and returns the state. */
export function applied(state: RoomState, { frames }: Follower): RoomState {
  for (const event of frames.flatMap(({ events }) => events)) {
    applyToMessages(state.messages, event);
    if (event.__typename === 'RoomUpdatedEvent')
      Object.assign(state, { name: event.room.name, topic: event.room.topic });
    if (event.__typename !== 'MembershipChangedEvent') continue;
    const { id, role, state: membershipState } = event.membership;
    if (membershipState === 'JOINED') state.members.set(id, role);
    else state.members.delete(id);
  }
  return state;
}

function applyToMessages(messages: RoomState['messages'], event: Event): void {
  const change = (id: string, changed: Partial<Shown>) => {
    const message = messages.get(id);
    if (message) messages.set(id, { ...message, ...changed });
  };
  if (event.__typename === 'MessageAddedEvent') {
    const { id, sequence, replyTo } = event.message;
    const untouched = { editedAt: null, deletedAt: null, reactions: [] };
    messages.set(id, { ...untouched, sequence, text: said(event.message), answers: replyTo?.id ?? null });
  } else if (event.__typename === 'MessageUpdatedEvent') {
    change(event.message.id, { text: said(event.message), editedAt: event.message.editedAt });
  } else if (event.__typename === 'MessageDeletedEvent') {
    change(event.messageId, { text: null, deletedAt: event.occurredAt, reactions: [] });
  } else if (event.__typename === 'ReactionsChangedEvent') {
    change(event.messageId, { reactions: event.reactionGroups });
  }
}

/** Returns the part of a state that does not depend on the page of messages with which the client began. */
export function newestPart({ name, topic, members, messages }: RoomState, upTo: number) {
  const latest = [...messages.values()].filter(({ sequence }) => sequence > upTo - 20);
  latest.sort((a, b) => a.sequence - b.sequence);
  return { name, topic, members: Object.fromEntries(members), latest };
}
