import { type Parley, ParleyError } from 'parley-client';
import { useEffect, useState } from 'react';
import { FindRoomDocument, type FindRoomQuery, JoinRoomDocument, type RoomName } from '../documents.ts';
import { endOf } from '../room/end-of.ts';
import type { RoomEnd } from '../room/ended-room.tsx';

export type FoundRoom = { status: 'loading' } | { status: 'found'; room: RoomName } | { status: 'ended'; end: RoomEnd };

/** Slugs have no capital letters, and ids always have some. */
const slug = /^[a-z0-9-]{1,64}$/;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

interface FindOptions {
  name: string;
  /** A guest who gave a name wants to talk, and joins at once. */
  joins: boolean;
  /** The room was readable, and is not any more. */
  hasEnded: boolean;
}

/** Finds a room by its slug or id. A server that does not answer is asked again. */
export function useFoundRoom(parley: Parley, { name, joins, hasEnded }: FindOptions): FoundRoom {
  const [found, setFound] = useState<FoundRoom>({ status: 'loading' });
  useEffect(() => {
    const stopped = new AbortController();
    find(parley, { name, joins, hasEnded }, stopped.signal).then(
      (result) => !stopped.signal.aborted && setFound(result),
      () => !stopped.signal.aborted && setFound({ status: 'ended', end: { type: 'gone' } }),
    );
    return () => stopped.abort();
  }, [parley, name, joins, hasEnded]);
  return found;
}

async function find(parley: Parley, { name, joins, hasEnded }: FindOptions, signal: AbortSignal): Promise<FoundRoom> {
  const variables = { slug: name, id: name, isSlug: slug.test(name) };
  const data = await untilAnswered(() => parley.request(FindRoomDocument, variables, { signal }), signal);
  const room = data.roomBySlug ?? data.room;
  const membership = data.viewer?.membershipBySlug ?? data.viewer?.membership;
  if (hasEnded && membership?.state === 'LEFT') return { status: 'ended', end: { type: 'left' } };
  if (!room || hasEnded) return { status: 'ended', end: endOf(membership) };
  if (joins && isNewGuest(data)) await join(parley, room.id);
  return { status: 'found', room };
}

function isNewGuest({ viewer }: FindRoomQuery): boolean {
  const membership = viewer?.membershipBySlug ?? viewer?.membership;
  return viewer?.user.kind === 'GUEST' && !membership;
}

/** Joins a room. Without it, the room can still be read. Returns the code of a refusal; null if there was none. */
export async function join(parley: Parley, roomId: string): Promise<string | null> {
  try {
    const { joinRoom } = await parley.request(JoinRoomDocument, { input: { roomId } });
    return joinRoom.userErrors[0]?.code ?? null;
  } catch (error) {
    return error instanceof ParleyError ? error.code : 'INTERNAL';
  }
}

/** Asks again and again while nothing but the moment is in the way. */
export async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = error instanceof ParleyError && error.retryable;
      if (!isPassing || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
