import {
  BanMemberDocument,
  type MemberInput,
  MuteMemberDocument,
  RemoveMemberDocument,
  type RoomRole,
  SetMemberRoleDocument,
  UnbanMemberDocument,
  UnmuteMemberDocument,
  UpdateRoomDocument,
} from '../generated/graphql.ts';
import type { Person } from './person.ts';
import { done } from './rooms.ts';

/** The end of a ban or mute without an end, as clients get it. */
export const noEnd = '9999-12-31T23:59:59.999Z';

/** A user to act on, where, and on which terms. */
interface Target {
  roomId: string;
  user: Pick<Person, 'id'>;
  terms?: Pick<MemberInput, 'reason' | 'until'>;
}

const inputOf = ({ roomId, user, terms }: Target): MemberInput => ({ ...terms, roomId, userId: user.id });

export const ban = async (moderator: Person, target: Target) =>
  (await moderator.ask(BanMemberDocument, { input: inputOf(target) })).banMember;

export const unban = async (moderator: Person, target: Target) =>
  (await moderator.ask(UnbanMemberDocument, { input: inputOf(target) })).unbanMember;

export const mute = async (moderator: Person, target: Target) =>
  (await moderator.ask(MuteMemberDocument, { input: inputOf(target) })).muteMember;

export const unmute = async (moderator: Person, target: Target) =>
  (await moderator.ask(UnmuteMemberDocument, { input: inputOf(target) })).unmuteMember;

export const expelMember = async (moderator: Person, target: Target) =>
  (await moderator.ask(RemoveMemberDocument, { input: inputOf(target) })).removeMember;

export const promote = async (owner: Person, { roomId, user, role }: Target & { role: RoomRole }) =>
  (await owner.ask(SetMemberRoleDocument, { input: { roomId, userId: user.id, role } })).setMemberRole;

/** Returns a time in the near future. */
export function inMs(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString();
}

/** Sets the slow mode of a room. */
export async function slowDown(moderator: Person, roomId: string, slowModeSeconds: number): Promise<void> {
  done((await moderator.ask(UpdateRoomDocument, { input: { roomId, slowModeSeconds } })).updateRoom);
}
