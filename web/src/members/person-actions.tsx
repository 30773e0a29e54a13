import '../style/overlays.css';
import { useMemo } from 'react';
import { useData } from '../app/data.ts';
import { useTalk } from '../app/talk.tsx';
import { useIsConnected } from '../app/told-trouble.tsx';
import { type MemberRow, MembersNamedDocument, PersonCardDocument, RoomRightsDocument } from '../documents.ts';
import { OverPage } from '../overlays/over-page.tsx';
import { useBlocked } from '../people/blocked.ts';
import { useLanguage } from '../words/language.tsx';
import { timeAgo } from '../words/past.ts';
import { PersonMenu } from './person-menu.tsx';
import { rightsOver } from './rights-over.ts';
import { usePersonActs } from './use-person-acts.ts';

interface PersonActionsProps {
  roomId: string;
  userId: string;
  /** The person's membership, if the caller knows it; otherwise it is looked for. */
  member?: MemberRow | undefined;
  anchor: HTMLElement;
  onClose: () => void;
}

const noRights: [] = [];

/** The card of a person in a room, with what the viewer may do. */
export default function PersonActions({ roomId, userId, member, anchor, onClose }: PersonActionsProps) {
  const { viewer } = useTalk();
  const { words, formats } = useLanguage();
  const isConnected = useIsConnected();
  const [{ data: card }] = useData(PersonCardDocument, { userId });
  const [{ data: room }] = useData(RoomRightsDocument, { roomId });
  const user = card?.user;
  const [{ data: named, fetching }] = useData(
    MembersNamedDocument,
    member || !user ? null : { roomId, query: user.username },
  );
  const known = member ?? named?.room?.members.nodes.find((one) => one.user.id === userId);
  const isBlocked = useBlocked()?.has(userId) === true;
  const permissions = room?.room?.viewerPermissions ?? noRights;
  const may = useMemo(() => {
    const standing = {
      state: known?.state ?? null,
      role: known?.role ?? ('MEMBER' as const),
      isMuted: isMuted(known),
      isBlocked,
    };
    return userId === viewer.id ? new Set<never>() : rightsOver(standing, permissions);
  }, [known, isBlocked, permissions, userId, viewer.id]);
  const act = usePersonActs(roomId);
  if (!user || !room || (!member && fetching && !named)) return null;
  const about =
    user.kind === 'GUEST' && known?.joinedAt
      ? words.person.guestJoined(timeAgo(known.joinedAt, Date.now(), formats))
      : [`@${user.username}`, user.kind === 'BOT' && words.bot].filter(Boolean).join(' · ');
  return (
    <OverPage>
      <PersonMenu
        person={user}
        presence={isConnected ? user.presence.status : null}
        about={about}
        may={may}
        anchor={anchor}
        onAct={(what) => act(user, what)}
        onClose={onClose}
      />
    </OverPage>
  );
}

/** Returns whether a mute has not ended yet. */
export function isMuted(member: Pick<MemberRow, 'mutedUntil'> | null | undefined): boolean {
  return member?.mutedUntil != null && Date.parse(member.mutedUntil) > Date.now();
}
