import DataLoader from 'dataloader';
import { perOperation } from '../graphql/loaders.ts';
import { roomPresences } from './room-presence.ts';
import { everywhere } from './store.ts';

/** Whether users are connected anywhere; one question to the store for all that an operation asks at a time. */
export const areOnline = perOperation(
  ({ services }) =>
    new DataLoader<string, boolean>((userIds) => services.presence.store.arePresent(everywhere, userIds)),
);

/** Who is in rooms, likewise. */
export const presentInRooms = perOperation(
  ({ services: { presence }, db }) =>
    new DataLoader((roomIds: readonly string[]) => roomPresences({ presence: presence.store, db }, roomIds)),
);
