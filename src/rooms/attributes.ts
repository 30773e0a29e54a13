import { requireDisplayText } from '../base/display-text.ts';
import { invalidInput } from '../base/errors.ts';
import { requireWebAddress } from '../base/text.ts';

/** Returns a room's name, trimmed: one line of 1 to 100 characters. Throws INVALID_INPUT. */
export function requireRoomName(name: string): string {
  return requireDisplayText(name, { path: ['name'], max: 100 });
}

/** Returns a room's topic, trimmed: 1 to 500 characters. Throws INVALID_INPUT. */
export function requireTopic(topic: string): string {
  return requireDisplayText(topic, { path: ['topic'], max: 500, multiline: true });
}

/** Returns the URL of a room's picture. Throws INVALID_INPUT. */
export function requireAvatar(avatarUrl: string): string {
  return requireWebAddress(avatarUrl, ['avatarUrl']);
}

/** 6 hours, the longest slow mode of Discord. */
const maxSlowModeSeconds = 21_600;
export const slowModeRule = `Seconds that a member waits between two messages, 0 to ${maxSlowModeSeconds.toLocaleString('en')}`;

/** Returns the seconds of a room's slow mode, as in `slowModeRule`. Throws INVALID_INPUT. */
export function requireSlowMode(seconds: number): number {
  if (seconds >= 0 && seconds <= maxSlowModeSeconds) return seconds;
  const message = `Expected 0 to ${maxSlowModeSeconds} seconds, got ${seconds}.`;
  throw invalidInput(message, ['slowModeSeconds'], 'range');
}
