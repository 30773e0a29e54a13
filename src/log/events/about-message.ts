import type { RoomEventType } from '../../generated/prisma/client.ts';
import type { MessageRow } from '../../graphql/nodes.ts';
import type { EventOf, RecordedKind } from './event.ts';

/** SQL: a user as `body`, null if there is none. */
export const accountSql = (id: string) => `SELECT to_jsonb(u) AS body FROM "User" u WHERE u."id" = ${id} LIMIT 1`;

/** SQL: a message `m` with its `author`, which is an `accountSql`, as `MessageRow`. */
export const messageSql = `to_jsonb(m) || jsonb_build_object('author', author.body)`;

type AboutMessage = EventOf<RoomEventType> & { message: MessageRow };

/** What the kinds of events about an existing message have in common. */
export const aboutMessage: Pick<RecordedKind<AboutMessage>, 'propertySql' | 'messageOf' | 'standingAfter'> = {
  propertySql: {
    message: `
      SELECT ${messageSql} AS value FROM "Message" m
      LEFT JOIN LATERAL (${accountSql('m."authorId"')}) author ON true
      WHERE m."id" = e."messageId"`,
  },
  messageOf: ({ message }) => message,
  standingAfter: () => null,
};
