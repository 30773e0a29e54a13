import { requireDisplayText } from '../base/display-text.ts';
import { invalidInput } from '../base/errors.ts';
import { noEnd } from '../base/no-end.ts';

const maxReasonLength = 500;

/** Returns until when a ban or mute lasts. Throws INVALID_INPUT for a time that is over, or that is after `noEnd`. */
export function requireUntil(until: Date | null | undefined): Date {
  if (until == null) return noEnd;
  if (until <= new Date()) throw invalidInput('`until` is in the past.', ['until'], 'future');
  if (until > noEnd) throw invalidInput(`\`until\` is after ${noEnd.toISOString()}.`, ['until'], 'max');
  return until;
}

/** Throws INVALID_INPUT if the input has `until` for a change that does not last. */
export function refuseUntil(until: Date | null | undefined): void {
  if (until != null) throw invalidInput('`until` is for bans and mutes only.', ['until'], 'absent');
}

/** Returns what a moderator writes about a change: at most 500 characters; null for nothing. Throws INVALID_INPUT. */
export function requireReason(reason: string | null | undefined): string | null {
  const bounds = { path: ['reason'], max: maxReasonLength, multiline: true };
  return reason?.trim() ? requireDisplayText(reason, bounds) : null;
}
