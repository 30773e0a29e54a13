import type { Person } from './person.ts';

/** Returns the cursor of a room's newest event. */
export async function cursorOf(reader: Person, roomId: string): Promise<string> {
  const { data } = await reader.tryAsk<{ room: { syncCursor: string } }, object>(
    `{ room(id: "${roomId}") { syncCursor } }`,
  );
  return data.room.syncCursor;
}
