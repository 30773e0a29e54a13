import { innerId } from '../../src/base/ids.ts';
import type { TestServer } from './server.ts';

/** The number of the newest event of a room, as committed; takes its global id. */
export async function lastEventNumber(server: TestServer, roomId: string): Promise<number> {
  const where = { roomId: innerId('Room', roomId) };
  return (await server.app.services.prisma.roomHead.findUniqueOrThrow({ where })).lastEventNumber;
}
