import type { Opening } from '../base/opening.ts';
import type { Bus } from '../bus/bus.ts';
import type { Caller } from '../graphql/context.ts';
import type { OpenedStorage } from '../storage/open.ts';
import type { Users } from '../users/open.ts';
import { authenticator, type Credentials } from './authenticate.ts';
import { SessionEnds } from './ends.ts';
import { openExternalSignIns } from './external/open.ts';
import { type OwnDevice, ownDeviceOpener } from './open-device.ts';
import { signingSecret } from './secret.ts';
import type { Verdict } from './session-statements.ts';
import { type SignIn, signInStore } from './store-sign-ins.ts';
import { type Tokens, tokensSignedWith } from './tokens.ts';

/** Who is signed in, and until when. */
export interface Sessions {
  /** Returns the caller. Throws UNAUTHENTICATED. */
  authenticate: (credentials: Credentials) => Promise<Caller>;
  signToken: Tokens['sign'];
  /** Stores a new user with a session. */
  store: (signIn: SignIn) => Promise<void>;
  /** Opens the session of a device of a user, who need not show a token; null if there is no such user. */
  openDevice: (device: OwnDevice) => Promise<Verdict | null>;
  /** Ends everything that runs under a session, on every node. */
  end: (sessionId: string) => void;
  /** Lets what runs for a user on any node know whether they are an administrator now. */
  announceAdmin: (change: AdminChange) => void;
  ends: SessionEnds;
}

interface AdminChange {
  userId: string;
  isAdmin: boolean;
}

declare module '../graphql/context.ts' {
  interface Services {
    sessions: Sessions;
  }
}

/** Bus topic of sessions that have ended. */
const sessionsTopic = 'sessions';
/** Bus topic of users who became administrators or are none any more. */
const administratorsTopic = 'administrators';

/** Opens the authentication of callers, and the checks that end sessions on this node. */
export async function openSessions(
  opening: Opening,
  { bus, storage, users }: { bus: Bus; storage: Pick<OpenedStorage, 'pool' | 'prisma'>; users: Users },
): Promise<Sessions> {
  const { config, log, sessionCheckMs, onClose } = opening;
  const { pool, prisma } = storage;
  const ends = new SessionEnds(pool.query, log, sessionCheckMs);
  onClose(() => ends.close());
  bus.watch((isConnected) => ends.busChanged(isConnected));
  await bus.subscribe(sessionsTopic, (sessionId: string) => ends.end(sessionId));
  await bus.subscribe(administratorsTopic, ({ userId, isAdmin }: AdminChange) => ends.setAdmin(userId, isAdmin));
  const tokens = tokensSignedWith(await signingSecret({ config, prisma, log }));
  return {
    authenticate: authenticator(pool, { tokens, external: openExternalSignIns(opening, { pool, users }) }),
    signToken: tokens.sign,
    store: signInStore(pool.write),
    openDevice: ownDeviceOpener(pool.transaction, log),
    end: (sessionId) => bus.publish(sessionsTopic, sessionId),
    announceAdmin: (change) => bus.publish(administratorsTopic, change),
    ends,
  };
}
