import { useClient } from 'urql';
import { showOverlay } from '../app/overlays.ts';
import { useChange } from '../app/use-change.ts';
import { useWriteTo } from '../app/use-write-to.ts';
import {
  BlockedDocument,
  BlockUserDocument,
  MuteMemberDocument,
  RemoveMemberDocument,
  type RoomRole,
  SetMemberRoleDocument,
  UnbanMemberDocument,
  UnblockUserDocument,
  UnmuteMemberDocument,
} from '../documents.ts';
import type { Person } from '../people/person.ts';
import type { PersonAct } from './person-menu.tsx';

/** Returns a function that does something with a person. `roomId`: null outside a room. */
export function usePersonActs(roomId: string | null): (person: Person, act: PersonAct) => void {
  const client = useClient();
  const writeTo = useWriteTo();
  const block = useChange(BlockUserDocument);
  const unblock = useChange(UnblockUserDocument);
  const mute = useChange(MuteMemberDocument);
  const unmute = useChange(UnmuteMemberDocument);
  const remove = useChange(RemoveMemberDocument);
  const unban = useChange(UnbanMemberDocument);
  const setRole = useChange(SetMemberRoleDocument);
  const blocking = async (change: Promise<unknown>) => {
    await change;
    await client.query(BlockedDocument.query, {}, { requestPolicy: 'network-only' }).toPromise();
  };
  const inRoom = (id: string, person: Person, act: PersonAct) => {
    const input = { roomId: id, userId: person.id };
    const become = (role: RoomRole) => setRole({ input: { ...input, role } });
    if (act.type === 'mute') return mute({ input: { ...input, until: endOf(act.seconds) } });
    if (act.type === 'unmute') return unmute({ input });
    if (act.type === 'remove') return remove({ input });
    if (act.type === 'unban') return unban({ input });
    if (act.type === 'makeModerator') return become('MODERATOR');
    if (act.type === 'makeMember') return become('MEMBER');
    if (act.type === 'makeOwner') return become('OWNER');
    return showOverlay({ type: 'ban', roomId: id, person });
  };
  return (person, act) => {
    const input = { userId: person.id };
    if (act.type === 'message') void writeTo([person.id]);
    else if (act.type === 'block') void blocking(block({ input }));
    else if (act.type === 'unblock') void blocking(unblock({ input }));
    else if (roomId !== null) void inRoom(roomId, person, act);
  };
}

function endOf(seconds: number): string | null {
  return seconds === 0 ? null : new Date(Date.now() + seconds * 1000).toISOString();
}
