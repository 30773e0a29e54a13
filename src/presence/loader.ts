import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import { roomPresences } from './room-presence.ts';
import { everywhere } from './store.ts';

/** Whether users are connected anywhere; one question to the store for all that an operation asks at a time. */
export const areOnline = createContextCache(
  ({ services }: Context) =>
    new DataLoader<string, boolean>((userIds) => services.presence.arePresent(everywhere, userIds)),
);

/** Who is in rooms, likewise. */
export const presentInRooms = createContextCache(
  ({ services: { presence }, db }: Context) =>
    new DataLoader((roomIds: readonly string[]) => roomPresences({ presence, db }, roomIds)),
);
