import type { Parley } from 'parley-client';
import { useEffect, useState } from 'react';
import { type LimitsQuery, RoomPeopleDocument } from '../documents.ts';
import type { RoomRole } from '../people/person.ts';
import type { Entrance } from './entrance.ts';

/** Returns the limits of the server; null before they are known. */
export function useLimits(entrance: Entrance): LimitsQuery['server'] | null {
  const [limits, setLimits] = useState<LimitsQuery['server'] | null>(null);
  useEffect(() => void entrance.limits().then(setLimits, () => {}), [entrance]);
  return limits;
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
