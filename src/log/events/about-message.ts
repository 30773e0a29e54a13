import type { RoomEventType } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { EventOf, RecordedKind } from './event.ts';

/** SQL: a message `m` with its `author`, as `MessageRow`. */
export const messageSql = `to_jsonb(m) || jsonb_build_object('author', to_jsonb(author))`;

type AboutMessage = EventOf<RoomEventType> & { message: MessageRow };

/** What the kinds of events about an existing message have in common. */
export const aboutMessage: Pick<RecordedKind<AboutMessage>, 'propertySql' | 'messageOf' | 'standingAfter'> = {
  propertySql: {
    message: `
      SELECT ${messageSql} AS value FROM "Message" m LEFT JOIN "User" author ON author."id" = m."authorId"
      WHERE m."id" = e."messageId"`,
  },
  messageOf: ({ message }) => message,
  standingAfter: () => null,
};
