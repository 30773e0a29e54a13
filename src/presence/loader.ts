import DataLoader from 'dataloader';
import { perOperation } from '../graphql/loaders.ts';
import { roomPresences } from './room-presence.ts';
import { onlineTopic } from './store.ts';

/** Loads whether users are connected: one request to the store for all users of one tick. */
export const areOnline = perOperation(
  ({ services }) =>
    new DataLoader<string, boolean>((userIds) => services.presence.store.arePresent(onlineTopic, userIds)),
);

/** Loads the users who are present in rooms: at most two statements for all rooms of one tick. */
export const presentInRooms = perOperation(
  ({ services: { presence }, db }) =>
    new DataLoader((roomIds: readonly string[]) => roomPresences({ presence: presence.store, db }, roomIds)),
);
