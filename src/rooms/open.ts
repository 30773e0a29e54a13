import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { HandOvers } from './hand-overs.ts';
import { RunOuts } from './run-outs.ts';

declare module '../graphql/context.ts' {
  interface Services {
    /** Records that bans and mutes have run out. */
    runOuts: RunOuts;
    /** Gives private rooms of deactivated users to other members. */
    handOvers: HandOvers;
  }
}

/** Opens what runs in the background for rooms. */
export function openRooms(
  { log: logger, roomCheckMs: checkMs = 30_000, onClose }: Opening,
  { log, storage }: Pick<Services, 'log'> & { storage: Pick<OpenedStorage, 'pool' | 'prisma'> },
): Pick<Services, 'runOuts' | 'handOvers'> {
  const shared = { writer: log.writer, log: logger, checkMs };
  const runOuts = new RunOuts({ ...shared, query: storage.pool.query });
  onClose(() => runOuts.close());
  const handOvers = new HandOvers({ ...shared, prisma: storage.prisma });
  onClose(() => handOvers.close());
  return { runOuts, handOvers };
}
