import { Device } from './device.js';

/** Number of devices that connect at a time: an operating system queues only a limited number of connections. */
const openAtOnce = 250;

/**
 * Opens a device for each guest. `prepare` subscribes and resolves when the subscription is live. `onLost` is called if
 * a device loses its connection or the server ends.
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
