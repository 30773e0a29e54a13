import type { Opening } from '../base/opening.ts';
import type { Services } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import { RunOuts } from './run-outs.ts';

declare module '../graphql/context.ts' {
  interface Services {
    /** Records that bans and mutes have run out. */
    runOuts: RunOuts;
  }
}

/** Opens what runs in the background for rooms. */
export function openRooms(
  { log: logger, runOutCheckMs, onClose }: Opening,
  { log, storage }: Pick<Services, 'log'> & { storage: Pick<OpenedStorage, 'pool'> },
): Pick<Services, 'runOuts'> {
  const { query } = storage.pool;
  const runOuts = new RunOuts({ query, writer: log.writer, log: logger, checkMs: runOutCheckMs });
  onClose(() => runOuts.close());
  return { runOuts };
}
