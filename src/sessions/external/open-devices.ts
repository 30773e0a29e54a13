import { coalesce } from '../../base/coalesce.ts';
import { rateLimited } from '../../base/errors.ts';
import type { Transaction } from '../../storage/pool.ts';
import { retryOnce } from '../../storage/retry-once.ts';
import type { SessionRow } from '../session-row.ts';
import { type Device, sessionStatements, type Verdict } from '../session-statements.ts';
import type { ExternalClaims } from './claims.ts';
import { userStatements } from './user-statements.ts';

/** A device that uses a token of another issuer for the first time on this node. */
export interface ExternalDevice {
  claims: ExternalClaims;
  /** Identifies the device among those of its user. */
  key: string;
  /** The name of the device, for the list of sessions; null if it has none. */
  name: string | null;
}

/** The session of the device, or why it has none. */
export type Opened = SessionRow | Exclude<Verdict['verdict'], 'OPEN'>;

/** One transaction opens this many at most. */
const maxTogether = 100;

/**
 * Returns a function that opens devices: it creates or updates the user, and finds or creates the session, in one exchange
 * with the database. Devices that come meanwhile wait for the next one. `onChange` is called with the id of each user
 * whose profile has changed.
 */
export function deviceOpener(
  transaction: Transaction,
  onChange: (userId: string) => void,
): (device: ExternalDevice) => Promise<Opened> {
  return coalesce(async (devices) => {
    const ofUsers = userStatements(devices.map(({ claims }) => claims));
    const ofSessions = sessionStatements(devices.map(deviceOf), 'externalId');
    const answers = await retryOnce(() => transaction([...ofUsers, ...ofSessions]));
    for (const { id } of answers[ofUsers.length - 1] as { id: string }[]) onChange(id);
    const verdicts = new Map((answers.at(-1) as Verdict[]).map((row) => [row.place, row]));
    return devices.map((_device, index) => openedBy(verdicts.get(index + 1)));
  }, maxTogether);
}

function deviceOf({ claims, key, name }: ExternalDevice): Device {
  return { person: claims.externalId, key, name, issuedAt: claims.issuedAt, expiresAt: claims.expiresAt };
}

/** A user is missing if others have taken both usernames at the same moment. */
function openedBy(row: Verdict | undefined): Opened {
  if (!row) throw rateLimited('The account could not be created. Try again.');
  return row.verdict === 'OPEN' ? row : row.verdict;
}
