import { LRUCache } from 'lru-cache';
import { accountDeactivated, unauthenticated } from '../../base/errors.ts';
import { keyOfNamedDevice } from '../device-id.ts';
import type { SessionRow } from '../session-row.ts';
import type { ExternalClaims } from './claims.ts';
import type { ExternalDevice, Opened } from './open-devices.ts';
import { OpeningBudget } from './opening-budget.ts';
import type { VerifyExternal } from './verify.ts';

/** What signs users of other issuers in. */
export interface ExternalSignIns {
  verify: VerifyExternal;
  open: (device: ExternalDevice) => Promise<Opened>;
}

/** Returns a session; null if it has ended and its user is not deactivated. */
export type LoadSession = (session: { sessionId: string; userId: string }) => Promise<SessionRow | null>;

/** A session, and the token that it was opened with. */
export interface SignedIn {
  session: SessionRow;
  /** When the token ends; null if never. */
  expiresAt: Date | null;
  /** For tokens of Parley. */
  lifetimeMs?: number | undefined;
}

/** What is known of a token and a device. */
interface Known {
  userId: string;
  sessionId: string;
  /** When the token ends. It is verified again then, and is still accepted while the clock tolerance lasts. */
  expiresAt: Date;
  /** The session was revoked after the token was issued, so the token opens no session again. */
  isRevoked: boolean;
}

/** Bytes of what is known. It has room for about five thousand tokens of 1.5 KB. */
const keptBytes = 8 * 1024 * 1024;
const knownBytes = 300;

/**
 * Returns a function that returns the session of a device with a token of another issuer. The first request with a token
 * opens it, by one exchange with the database; later ones check the session as for Parley's own tokens. Throws
 * UNAUTHENTICATED, and RATE_LIMITED for a user who opens too many.
 */
export function externalSessions({ verify, open }: ExternalSignIns, load: LoadSession) {
  const kept = new LRUCache<string, Known>({
    maxSize: keptBytes,
    sizeCalculation: (_known, key) => knownBytes + key.length,
  });
  const budget = new OpeningBudget();
  /** So that requests at the same moment open a session once. */
  const opening = new Map<string, Promise<SignedIn>>();

  const openNow = async (key: string, token: string, deviceId: string | null): Promise<SignedIn> => {
    const claims = await verify(token);
    const { expiresAt } = claims;
    budget.take(claims.externalId);
    const opened = await open({ claims, key: deviceKey(claims, deviceId), name: deviceId });
    if (opened === 'REVOKED') kept.set(key, { userId: '', sessionId: '', expiresAt, isRevoked: true });
    if (opened === 'DEACTIVATED') throw accountDeactivated();
    if (typeof opened === 'string') throw unauthenticated(refusals[opened]);
    kept.set(key, { userId: opened.userId, sessionId: opened.id, expiresAt, isRevoked: false });
    return { session: opened, expiresAt };
  };

  return async (token: string, deviceId: string | null): Promise<SignedIn> => {
    const key = `${token} ${deviceId ?? ''}`;
    const known = kept.get(key);
    if (known && known.expiresAt.getTime() > Date.now()) {
      if (known.isRevoked) throw unauthenticated(refusals.REVOKED);
      const session = await load(known);
      if (session?.isDeactivated) throw accountDeactivated();
      if (session) return { session, expiresAt: known.expiresAt };
    }
    const opened = opening.get(key) ?? openNow(key, token, deviceId).finally(() => opening.delete(key));
    opening.set(key, opened);
    return opened;
  };
}

/** The token names the device if it can: a client could choose another name after its device was revoked. */
function deviceKey({ sid }: ExternalClaims, deviceId: string | null): string {
  if (sid !== null) return `sid:${sid}`;
  return deviceId === null ? 'default' : keyOfNamedDevice(deviceId);
}

const refusals = {
  REVOKED: 'The session of this device has ended. Sign in again, with a token that is issued from now on.',
  TOO_MANY: 'Too many devices of this user are signed in. End the session of one of them.',
};
