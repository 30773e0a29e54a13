import type { Parley } from 'parley-client';
import { useEffect, useState } from 'react';
import { BlockedDocument, type LimitsQuery, RoomPeopleDocument } from '../documents.ts';
import type { RoomRole } from '../people/person.ts';
import type { Entrance } from './entrance.ts';

/** Returns the limits of the server; null before they are known. */
export function useLimits(entrance: Entrance): LimitsQuery['server'] | null {
  const [limits, setLimits] = useState<LimitsQuery['server'] | null>(null);
  useEffect(() => void entrance.limits().then(setLimits, () => {}), [entrance]);
  return limits;
}

/** Returns the ids of the users whom the viewer has blocked: null before they are known, none if they cannot be. */
export function useBlockedPeople(parley: Parley, userId: string | null): ReadonlySet<string> | null {
  const [blocked, setBlocked] = useState<ReadonlySet<string> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each user has blocked others
  useEffect(() => {
    const stopped = new AbortController();
    parley.request(BlockedDocument, {}, { signal: stopped.signal }).then(
      ({ viewer }) => setBlocked(new Set(viewer?.blockedUsers.nodes.map(({ id }) => id))),
      () => stopped.signal.aborted || setBlocked(new Set()), // their messages are shown
    );
    return () => stopped.abort();
  }, [parley, userId]);
  return blocked;
}

const nobody: ReadonlyMap<string, RoomRole> = new Map();

/** Returns who leads the room, by their ids. */
export function useRoles(parley: Parley, id: string): ReadonlyMap<string, RoomRole> {
  const [roles, setRoles] = useState(nobody);
  useEffect(() => {
    const stopped = new AbortController();
    parley.request(RoomPeopleDocument, { id }, { signal: stopped.signal }).then(
      ({ room }) => setRoles(new Map(room?.leaders.nodes.map(({ user, role }) => [user.id, role]))),
      () => {}, // names stand without roles
    );
    return () => stopped.abort();
  }, [parley, id]);
  return roles;
}
