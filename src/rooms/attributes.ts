import { requireText, requireWebAddress } from '../base/text.ts';

/** One line of 1 to 100 characters. Throws INVALID_INPUT. */
export function requireRoomName(name: string): string {
  return requireText(name, { path: ['name'], max: 100 });
}

/** 1 to 500 characters. Throws INVALID_INPUT. */
export function requireTopic(topic: string): string {
  return requireText(topic, { path: ['topic'], max: 500, multiline: true });
}

/** A web address. Throws INVALID_INPUT. */
export function requireAvatar(avatarUrl: string): string {
  return requireWebAddress(avatarUrl, ['avatarUrl']);
}
