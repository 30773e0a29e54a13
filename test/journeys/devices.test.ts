import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ViewerDocument } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

/** What Ada's device is called after a connection that says `deviceId`. */
async function deviceAfter(deviceId: unknown): Promise<string | null | undefined> {
  const socket = await RawSocket.open(server.url, { token: ada.token, deviceId });
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  socket.close();
  return (await ada.ask(ViewerDocument)).viewer?.sessions[0]?.deviceId;
}

test('a device that says its name when it connects is known by it', async () => {
  expect(await deviceAfter('phone')).toBe('phone');
  expect(await deviceAfter(undefined)).toBe('phone');
  expect(await deviceAfter('tablet')).toBe('tablet');
});

test.each([
  ['too long', 'x'.repeat(129)],
  ['no text', 42],
  ['with a NUL', 'a\0b'],
])('a device name that is %s is not kept, and the device is let in', async (_what, deviceId) => {
  await deviceAfter('laptop');

  expect(await deviceAfter(deviceId)).toBe('laptop');
});
