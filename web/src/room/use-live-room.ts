import type { Room, RoomFields, UserFields } from 'parley-client';
import { useStore } from 'parley-client/react';
import { useMemo } from 'react';
import { roomPath } from '../app/router.ts';
import { useIsConnected, useToldTrouble } from '../app/told-trouble.tsx';
import type { RoomName } from '../documents.ts';
import { type Rights, rightsOf } from '../log/rights.ts';
import { useRoomPeople } from './use-room-people.ts';
import { constant, useWhileMember } from './use-while-member.ts';
import { useWhyNoComposer } from './why-no-composer.ts';

const nobodyTypes = constant<readonly UserFields[]>([]);

/** What the parts of an open room know of it. */
export type LiveRoom = ReturnType<typeof useLiveRoom>;

/** Follows a room. `known`: what is known of it before it is loaded. */
export function useLiveRoom(room: Room, known: RoomName) {
  const state = useStore(room.state);
  const fields = ('fields' in state && state.fields) || null;
  const isMember = fields?.viewerMembership?.state === 'JOINED';
  const trouble = useToldTrouble();
  const isConnected = useIsConnected();
  const typists = useWhileMember(room.typists, nobodyTypes, isMember);
  const people = useRoomPeople(fields ?? known);
  const whyNoComposer = useWhyNoComposer(fields);
  const isPublic = known.kind === 'CHANNEL' || known.kind === 'STREAM';
  return {
    room,
    kind: known.kind,
    path: roomPath(known),
    topic: fields ? fields.topic : known.topic,
    /** As in "Message #general". */
    label: isPublic ? `#${people.name}` : people.name,
    fields,
    hasEnded: state.status === 'ended' || state.status === 'failed',
    isMember,
    isPublic,
    people,
    whyNoComposer,
    rights: useRights(fields, whyNoComposer === null),
    trouble,
    /** What is unknown without a connection is not shown. */
    isConnected,
    typists,
  };
}

function useRights(fields: RoomFields | null, hasComposer: boolean): Rights {
  const permissions = fields?.viewerPermissions;
  return useMemo(() => rightsOf(permissions, hasComposer), [permissions, hasComposer]);
}
