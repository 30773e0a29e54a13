import { backoffMs, goodAfterMs } from '../base/backoff.ts';
import { createAlarm, waitOf } from '../base/clock.ts';
import type { Base } from '../base/core.ts';
import type { CloseReason } from './wire.ts';

export const offlineEveryMs = 30_000;
const usualRestartWithinMs = 3_000;
const mostRestartWithinMs = 600_000;
/** Pages that nobody sees reconnect more slowly, as phoenix.js does since its pull request 5942. */
const hiddenFactor = 4;
const hiddenLeastMs = 5_000;
const failuresAfterOurFault = 4;
const mostOfOurFaults = 5;
/** Only a fault of this package makes the server close with one of these. */
const ourFaultCodes = new Set<CloseReason>([4400, 4401, 4409, 4429]);

export const isOurFault = (reason: CloseReason): boolean => ourFaultCodes.has(reason);

/** What follows a close: another attempt after `ms`, with another token, or none. */
export type Next = number | 'refused' | 'failed';

/** Counts the attempts that have failed, and decides by them when to connect again. */
export interface Attempts {
  /** How many have failed, one after the other. */
  failures: number;
  isOffline: boolean;
  /** A connection is acknowledged. Failures are forgotten when it has been good for a while. */
  readonly acknowledged: (reconnectWithinMs: unknown) => void;
  /** The connection is given up. */
  readonly dropped: () => void;
  readonly after: (reason: CloseReason, wasReady: boolean) => Next;
  /** Counts a failure, and returns how long to wait. */
  readonly backOff: () => number;
  readonly forget: () => void;
}

/** `hasUnsent`: whether something waits to be sent; then a hidden page reconnects as fast as others. */
export function createAttempts({ clock, random, wake }: Base, hasUnsent: () => boolean): Attempts {
  const goodAlarm = createAlarm(clock);
  let ourFaults = 0;
  /** How often the server has sent the client to another one, since a connection was good. */
  let restarts = 0;
  let restartWithinMs = usualRestartWithinMs;

  const attempts: Attempts = {
    failures: 0,
    isOffline: false,
    acknowledged(reconnectWithinMs) {
      restartWithinMs = waitOf(reconnectWithinMs, mostRestartWithinMs) ?? usualRestartWithinMs;
      attempts.isOffline = false;
      goodAlarm(goodAfterMs, forget);
    },
    dropped: goodAlarm,
    after(reason, wasReady) {
      if (isOurFault(reason)) {
        attempts.failures = Math.max(attempts.failures, failuresAfterOurFault);
        ourFaults += 1;
      }
      if (reason === 4403) return 'refused';
      if (reason === 4406 || ourFaults === mostOfOurFaults) return 'failed';
      return wasReady && (reason === 1001 || reason === 1012) ? restarted() : backOff();
    },
    backOff,
    forget,
  };
  return attempts;

  function forget(): void {
    attempts.failures = ourFaults = restarts = 0;
  }

  /** The server says when to come back, but not again and again without a pause. */
  function restarted(): number {
    const least = restarts > 0 ? backoffMs(restarts - 1, random) : 0;
    restarts += 1;
    return Math.max(random() * restartWithinMs, least);
  }

  function backOff(): number {
    const ms = backoffMs(attempts.failures, random);
    attempts.failures += 1;
    if (attempts.isOffline) return offlineEveryMs;
    return wake.isHidden?.() && !hasUnsent() ? Math.max(hiddenLeastMs, hiddenFactor * ms) : ms;
  }
}
