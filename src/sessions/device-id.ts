import { requireText } from '../base/text.ts';

/** The most characters of a `deviceId`. */
export const deviceIdMaxLength = 128;

/** Returns the device that an input names; null if it names none. Throws INVALID_INPUT. */
export function requireDeviceId(given: string | null | undefined): string | null {
  return given ? requireText(given, { path: ['deviceId'], max: deviceIdMaxLength }) : null;
}

/** Returns whether a device can be stored under the name that a request or a connection gives it. */
export function isUsableDeviceId(deviceId: string): boolean {
  return deviceId.length <= deviceIdMaxLength && !deviceId.includes('\0') && deviceId.isWellFormed();
}

/** Returns the key under which a device that the client has named has one session, however its user signs in. */
export function keyOfNamedDevice(deviceId: string): string {
  return `device:${deviceId}`;
}
