import type { Presence } from 'parley-client';
import { useParley } from 'parley-client/react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { FindMembersDocument, type FindMembersQuery } from '../documents.ts';
import { type Member, Members } from '../members/members.tsx';
import { untilAnswered } from './use-found-room.ts';

/** More people than this are counted, not named. */
const mostNamed = 500;

interface MembersOverProps {
  roomId: string;
  viewerId: string | null;
  presence: Presence;
  onClose: () => void;
}

/** The members of the room, over its log. */
export function MembersOver({ roomId, viewerId, presence, onClose }: MembersOverProps) {
  const [query, setQuery] = useState('');
  const room = useFoundMembers(roomId, query);
  const here = presence.rooms.get(roomId);
  const hereCount = here?.onlineCount ?? 0;
  const all = (room?.members.nodes ?? []).map((member): Member => memberOf(member, presence));
  const [leaders, others] = parted(all, ({ role }) => role !== 'MEMBER');
  const hereIds = new Set(here?.userIds);
  const [hereNow, away] = parted(others, ({ person }) => hereIds.has(person.id));
  const isCrowd = hereCount > mostNamed && query === '';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it closes by Esc from any element inside
    <div className="members-over" onKeyDown={onKeyDown}>
      <Members
        count={room?.memberCount ?? null}
        leaders={leaders}
        here={isCrowd ? null : hereNow}
        hereCount={isCrowd ? hereCount : hereNow.length}
        away={isCrowd ? [] : away}
        awayCount={away.length}
        viewerId={viewerId}
        takesFocus
        query={query}
        onQuery={setQuery}
        onClose={onClose}
      />
    </div>
  );
}

type FoundMembers = NonNullable<FindMembersQuery['room']>;

function useFoundMembers(id: string, query: string): FoundMembers | null {
  const parley = useParley();
  const [room, setRoom] = useState<FoundMembers | null>(null);
  useEffect(() => {
    const stopped = new AbortController();
    const variables = { id, query: query.trim() || null };
    untilAnswered(
      () => parley.request(FindMembersDocument, variables, { signal: stopped.signal }),
      stopped.signal,
    ).then(
      (data) => data.room && !stopped.signal.aborted && setRoom(data.room),
      () => {}, // what is known stays
    );
    return () => stopped.abort();
  }, [parley, id, query]);
  return room;
}

function memberOf({ user, role, mutedUntil }: FoundMembers['members']['nodes'][number], presence: Presence): Member {
  const { status } = presence.users.get(user.id) ?? user.presence; // they may be elsewhere
  return { person: user, role, presence: status, isMuted: mutedUntil !== null };
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
