import { globalId } from '../base/ids.ts';
import { RoomEventInterface } from './events/event.ts';
import { typeNameOf } from './events/kinds.ts';

RoomEventInterface.implement({
  description:
    'A durable change in a room. The event shows the changed object in its current state, not in its state at the time of the event.',
  resolveType: ({ type }) => typeNameOf(type),
  fields: (t) => ({
    roomId: t.id({ description: 'Global id of the room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    eventNumber: t.exposeInt('eventNumber', {
      description:
        'Number of the event in its room: 1, 2, 3 … without gaps. It counts all durable changes, not only messages.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'When the event happened, by the server’s clock.',
    }),
  }),
});
