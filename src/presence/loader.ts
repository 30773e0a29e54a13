import DataLoader from 'dataloader';
import { perOperation } from '../graphql/loaders.ts';
import { roomPresences } from './room-presence.ts';
import { onlineTopic } from './store.ts';

/** Loads whether users are connected; one question to the store for all users that an operation asks about at a time. */
export const areOnline = perOperation(
  ({ services }) =>
    new DataLoader<string, boolean>((userIds) => services.presence.store.arePresent(onlineTopic, userIds)),
);

/** Loads the users who are present in rooms; two statements at most for all rooms that an operation asks about at a time. */
export const presentInRooms = perOperation(
  ({ services: { presence }, db }) =>
    new DataLoader((roomIds: readonly string[]) => roomPresences({ presence: presence.store, db }, roomIds)),
);
