import { type Opening, usualRoomCheckMs } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { RunOuts } from './run-outs.ts';

declare module '../graphql/context.ts' {
  interface Services {
    /** Records that bans and mutes have run out. */
    runOuts: RunOuts;
  }
}

/** Begins to record that bans and mutes run out. */
export function openModeration(
  { log: logger, roomCheckMs: checkMs = usualRoomCheckMs, onClose }: Opening,
  { log, storage }: Pick<Services, 'log'> & { storage: Pick<OpenedStorage, 'pool'> },
): Pick<Services, 'runOuts'> {
  const runOuts = new RunOuts({ query: storage.pool.query, writer: log.writer, log: logger, checkMs });
  onClose(() => runOuts.close());
  return { runOuts };
}
