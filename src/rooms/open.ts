import { type Opening, usualRoomCheckMs } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { HandOvers } from './hand-overs.ts';

declare module '../graphql/context.ts' {
  interface Services {
    /** Gives private rooms of deactivated users to other members. */
    handOvers: HandOvers;
  }
}

/** Begins to hand over the rooms of deactivated users. */
export function openRooms(
  { log: logger, roomCheckMs: checkMs = usualRoomCheckMs, onClose }: Opening,
  { log, storage }: Pick<Services, 'log'> & { storage: Pick<OpenedStorage, 'prisma'> },
): Pick<Services, 'handOvers'> {
  const handOvers = new HandOvers({ prisma: storage.prisma, writer: log.writer, log: logger, checkMs });
  onClose(() => handOvers.close());
  return { handOvers };
}
