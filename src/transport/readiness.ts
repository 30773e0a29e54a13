import type { OpenedBus } from '../bus/open.ts';
import type { OpenedStorage } from '../storage/open.ts';

/** Returns whether the server can answer requests, and the state of each part that it needs. */
export type Readiness = () => Promise<{ isReady: boolean; detail: Record<string, string> }>;

/** Returns the check that `/readyz` runs. A node that has lost Redis stays ready: it reads from the database. */
export function readinessOf(storage: Pick<OpenedStorage, 'findTroubles'>, busHealth: OpenedBus['health']): Readiness {
  return async () => {
    const troubles = await storage.findTroubles();
    return { isReady: troubles === null, detail: { database: troubles ?? 'ok', ...busHealth() } };
  };
}
