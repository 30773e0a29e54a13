/** Asks where the log of a room is now. Written by hand: the core needs no more of the answer. */
export const syncCursorQuery = 'query($id: ID!) { room(id: $id) { syncCursor } }';

/** The answer; null if the viewer may not read the room. */
export interface WithCursor {
  readonly room: { readonly syncCursor: string } | null;
}
