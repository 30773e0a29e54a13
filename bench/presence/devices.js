import { Device } from './device.js';

/** Hands devices in, some at a time, as an operating system queues only so many connections. */
const openAtOnce = 250;

/**
 * Opens a device for each guest; `prepare` subscribes to what it needs and resolves when that is live. `onLost` is told
 * if one loses its connection, or the server ends.
 * @param {import('./place.js').Place} place
 * @param {import('./place.js').Guest[]} guests
 * @param {(device: Device, index: number) => Promise<unknown>} prepare
 * @param {(why: string) => void} onLost
 */
export async function openDevices({ port, ended }, guests, prepare, onLost) {
  ended.then(onLost);
  /** @type {Device[]} */
  const devices = [];
  for (let first = 0; first < guests.length; first += openAtOnce) {
    const some = guests.slice(first, first + openAtOnce).map(async ({ token }, index) => {
      const device = new Device(port, token);
      device.connection.onLost = (why) => onLost(`device ${first + index}: ${why}`);
      devices.push(device);
      await device.ready;
      await prepare(device, first + index);
    });
    await Promise.all(some);
  }
  return devices;
}
