import type { Room, RoomState } from 'parley-client';
import { useEffect, useRef } from 'react';
import type { Tell } from './host-events.ts';

interface HostEventsOptions {
  room: Room;
  state: RoomState;
  viewerId: string | null;
  tell: Tell;
  onEnded: () => void;
}

/** Tells the host page what happens in the room. */
export function useHostEvents({ room, state, viewerId, tell, onEnded }: HostEventsOptions): void {
  const isReady = state.status === 'live';
  const why = state.status === 'ended' || state.status === 'failed' ? state.why : null;
  const ended = useRef(onEnded);
  const toldReady = useRef(false);
  useEffect(() => {
    if (!isReady || toldReady.current) return;
    toldReady.current = true;
    tell('parley-ready', { roomId: room.id });
  }, [isReady, tell, room]);
  useEffect(() => {
    if (!why) return;
    tell('parley-error', { code: why.code, message: why.message });
    ended.current();
  }, [why, tell]);
  useEffect(
    () =>
      room.onEvent((event) => {
        if (event.__typename !== 'MessageAddedEvent') return;
        const { id, sequence, text, author } = event.message;
        tell('parley-message', { id, sequence, text, authorId: author?.id ?? null, own: author?.id === viewerId });
      }),
    [room, tell, viewerId],
  );
}
