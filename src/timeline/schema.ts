import { builder } from '../builder.ts';
import type { Context } from '../context.ts';
import type { MessageAdded } from '../events.ts';
import { globalId, innerId } from '../ids.ts';
import { MessageNode } from '../messages/node.ts';
import { requireReadableRoom } from '../rooms/membership.ts';
import { UserNode } from '../users/node.ts';
import { streamCursor } from './cursor.ts';

/** An event with the history (epoch) that its number belongs to. */
type Placed<Event> = Event & { epoch: string };

const RoomEventType = builder.interfaceRef<Placed<MessageAdded>>('RoomEvent').implement({
  description: 'A durable change in a room.',
  resolveType: () => 'MessageAddedEvent',
  fields: (t) => ({
    roomId: t.id({ description: 'Where it happened.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    eventNumber: t.exposeInt('eventNumber', {
      description: 'Dense per room, from 1; counts every durable change, not only messages.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When, by the server’s clock.' }),
    actor: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who did it; null for the server.',
      resolve: ({ actorId }) => actorId,
    }),
  }),
});

const MessageAddedEvent = builder.objectRef<Placed<MessageAdded>>('MessageAddedEvent').implement({
  description: 'Somebody wrote a message, or the server did.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    message: t.field({ type: MessageNode, description: 'The message.', resolve: ({ message }) => message }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Where this event stands in the room’s log.',
      resolve: ({ epoch, eventNumber }) => streamCursor({ epoch, eventNumber }),
    }),
  }),
});

builder.subscriptionField('messageAdded', (t) =>
  t.field({
    type: MessageAddedEvent,
    description: 'New messages of one room, from now on.',
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: async (_root, { roomId }, context) => {
      const room = await requireReadableRoom(context, innerId('Room', roomId, ['roomId']));
      return addedMessages(context, room.id);
    },
    resolve: (event: Placed<MessageAdded>) => event,
  }),
);

async function* addedMessages({ db, services }: Context, roomId: string): AsyncGenerator<Placed<MessageAdded>> {
  const events = await services.streams.follow(roomId);
  const { epoch } = await db.roomHead.findUniqueOrThrow({ where: { roomId } });
  for await (const event of events) {
    if (event.type === 'MESSAGE_ADDED') yield { ...event, epoch };
  }
}
