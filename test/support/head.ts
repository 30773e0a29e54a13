import { innerId } from '../../src/base/ids.ts';
import type { TestServer } from './server.ts';

/** Returns the number of the newest committed event of a room. Takes the global id of the room. */
export async function lastEventNumber(server: TestServer, roomId: string): Promise<number> {
  const where = { roomId: innerId('Room', roomId) };
  return (await server.app.services.prisma.roomHead.findUniqueOrThrow({ where })).lastEventNumber;
}
