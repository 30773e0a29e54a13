import { coalesce } from '../../base/coalesce.ts';
import { rateLimited } from '../../base/errors.ts';
import { failureOf } from '../../storage/failures.ts';
import type { Transaction } from '../../storage/pool.ts';
import type { SessionRow } from '../session-row.ts';
import { type Device, sessionStatements, type Verdict } from './session-statements.ts';
import { userStatements } from './user-statements.ts';

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
): (device: Device) => Promise<Opened> {
  return coalesce(async (devices) => {
    const ofUsers = userStatements(devices.map(({ claims }) => claims));
    const answers = await retryOnce(() => transaction([...ofUsers, ...sessionStatements(devices)]));
    for (const { id } of answers[ofUsers.length - 1] as { id: string }[]) onChange(id);
    const verdicts = new Map((answers.at(-1) as Verdict[]).map((row) => [row.place, row]));
    return devices.map((_device, index) => openedBy(verdicts.get(index + 1)));
  }, maxTogether);
}

/** A user is missing if others have taken both usernames at the same moment. */
function openedBy(row: Verdict | undefined): Opened {
  if (!row) throw rateLimited('The account could not be created. Try again.');
  return row.verdict === 'OPEN' ? row : row.verdict;
}

/** Runs `work` again if its connection was lost, or another transaction was preferred: repeating it changes nothing more. */
async function retryOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== 'LOST' && failure !== 'CONFLICT') throw error;
    return work();
  }
}
