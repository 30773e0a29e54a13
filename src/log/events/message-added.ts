import type { Message, SystemEventType } from '../../generated/prisma/client.ts';
import { builder } from '../../graphql/builder.ts';
import { MessageNode, type MessageRow } from '../../graphql/nodes.ts';
import { positionAfter } from '../../live/log.ts';
import { streamCursor } from '../cursor.ts';
import { accountSql, messageSql } from './about-message.ts';
import { type EventKind, type EventOf, RoomEventInterface, type WithEpoch } from './event.ts';

/** A user or the server wrote a message. The event has no row of its own: its number is in the row of `Message`. */
export type MessageAdded = EventOf<'MESSAGE_ADDED'> & { message: MessageRow };

/** The GraphQL type `MessageAddedEvent`. */
export const MessageAddedEvent = builder.objectRef<WithEpoch<MessageAdded>>('MessageAddedEvent').implement({
  description: 'A user or the server wrote a message.',
  interfaces: [RoomEventInterface],
  fields: (t) => ({
    message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Position of this event in the room’s log, to pass as `after` when resuming.',
      resolve: (event) => streamCursor(positionAfter(event.epoch, event)),
    }),
  }),
});

export const messageAdded: EventKind<MessageAdded> = {
  graphqlType: MessageAddedEvent,
  messageOf: ({ message }) => message,
  revisesMessage: false,
  standingAfter: () => null,
};

/** Returns the event of a new system message about a user. */
export function systemMessage(
  type: SystemEventType,
  subjectId: string,
  numbers: Pick<Message, 'id' | 'roomId' | 'sequence' | 'eventNumber' | 'createdAt'>,
): MessageAdded {
  const { roomId, eventNumber, createdAt: occurredAt } = numbers;
  const message = { ...emptyMessage, ...numbers, systemEventType: type, systemSubjectId: subjectId };
  return { type: 'MESSAGE_ADDED', roomId, eventNumber, occurredAt, actorId: null, message };
}

const emptyMessage = {
  kind: 'SYSTEM' as const,
  authorId: null,
  text: null,
  clientMessageId: null,
  replyToId: null,
  editedAt: null,
  deletedAt: null,
  changeNumber: null,
};

/**
 * SQL: the messages `m` of `want.room` as events, each with its number and body. The reader of the log selects from it.
 */
export const addedMessagesSql = `
  SELECT m."eventNumber" AS number, jsonb_build_object(
    'type', 'MESSAGE_ADDED', 'roomId', m."roomId", 'eventNumber', m."eventNumber", 'occurredAt', m."createdAt",
    'actorId', m."authorId", 'message', ${messageSql}
  ) AS body
  FROM "Message" m LEFT JOIN LATERAL (${accountSql('m."authorId"')}) author ON true
  WHERE m."roomId" = want.room AND m."eventNumber" > want.after
  ORDER BY m."eventNumber" LIMIT want.size`;
