import type { Logger } from 'pino';
import { newId } from '../base/ids.ts';
import type { Transaction } from '../storage/pool.ts';
import { retryOnce } from '../storage/retry-once.ts';
import { keyOfNamedDevice } from './device-id.ts';
import { sessionStatements, type Verdict } from './session-statements.ts';

export interface OwnDevice {
  userId: string;
  /** Null for a device that gets a session of its own each time. */
  deviceId: string | null;
  expiresAt: Date;
  /** The administrator or key that opens the session for the user. */
  openedBy: string;
}

/** Locks the user: until the transaction ends, nobody else opens a session for them, and nobody deactivates them. */
const lockUser = 'SELECT FROM "User" WHERE "id" = $1 FOR NO KEY UPDATE';

/**
 * Returns a function that opens a session for a device of a user, or lets it last until `expiresAt`; a revoked one stays ended,
 * and the device gets another. It resolves to the verdict, null if there is no such user. Logs who opened which session: it
 * lasts when their own rights end.
 */
export function ownDeviceOpener(
  transaction: Transaction,
  log: Pick<Logger, 'info'>,
): (device: OwnDevice) => Promise<Verdict | null> {
  return async ({ userId, deviceId, expiresAt, openedBy }) => {
    const key = deviceId === null ? `once:${newId()}` : keyOfNamedDevice(deviceId);
    const device = { person: userId, key, name: deviceId, issuedAt: null, expiresAt };
    const lock = { name: 'lock user', text: lockUser, values: [userId] };
    const answers = await retryOnce(() => transaction([lock, ...sessionStatements([device], 'id')]));
    const verdict = (answers.at(-1) as Verdict[])[0] ?? null;
    if (verdict?.verdict === 'OPEN') {
      log.info({ sessionId: verdict.id, userId, openedBy }, 'a session was opened for a user');
    }
    return verdict;
  };
}
