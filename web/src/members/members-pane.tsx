import '../style/members.css';
import '../style/members-page.css';
import type { Presence } from 'parley-client';
import { usePresence } from 'parley-client/react';
import { useCallback, useMemo, useState } from 'react';
import { useData } from '../app/data.ts';
import { Late } from '../app/late.tsx';
import { useOneStop } from '../app/one-stop.ts';
import { showOverlay } from '../app/overlays.ts';
import { usePages } from '../app/pages.ts';
import { useIsPhone } from '../app/screen.ts';
import { useSettled } from '../app/settled.ts';
import { useTalk } from '../app/talk.tsx';
import { useIsConnected } from '../app/told-trouble.tsx';
import {
  BannedMembersDocument,
  LeadersDocument,
  MemberPageDocument,
  type MemberPageQuery,
  type MemberRow,
  RoomRightsDocument,
} from '../documents.ts';
import { FoundCount } from '../find/found-count.tsx';
import { endOrNone } from '../room/end-of.ts';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import { type Member, Members } from './members.tsx';
import { useMembershipChanges } from './membership-changes.ts';
import { MoreButton } from './more-button.tsx';
import { useNamesOf } from './names-of.ts';
import PersonActions, { isMuted } from './person-actions.tsx';

interface MembersPaneProps {
  roomId: string;
  onClose: () => void;
}

/** Above so many, the pane shows how many are here, and the search instead of names. */
const namedAtMost = 500;
const noRows: readonly MemberRow[] = [];

/** The members of a room. */
export default function MembersPane({ roomId, onClose }: MembersPaneProps) {
  const { viewer } = useTalk();
  const { formats, words } = useLanguage();
  const [query, setQuery] = useState('');
  const [menu, setMenu] = useState<{ id: string; at: HTMLElement } | null>(null);
  const wanted = useSettled(query.trim());
  const rows = useMemberRows(roomId, wanted);
  const presence = usePresence(useMemo(() => [roomId], [roomId]));
  const here = presence.rooms.get(roomId);
  const isConnected = useIsConnected(); // without a connection, nobody knows who is here
  const [{ data }] = useData(RoomRightsDocument, { roomId });
  const permissions = data?.room?.viewerPermissions ?? [];
  const isModerator = permissions.includes('BAN');
  const [{ data: banned }, bannedAgain] = useData(BannedMembersDocument, isModerator ? { roomId } : null);
  const again = useCallback(() => {
    rows.again();
    if (isModerator) bannedAgain({ requestPolicy: 'network-only' });
  }, [rows.again, isModerator, bannedAgain]);
  useMembershipChanges(roomId, again);
  const bannedRows = useMemo(
    () => banned?.room?.members.nodes.filter(({ state }) => state === 'BANNED') ?? noRows,
    [banned],
  );
  const hereIds = useMemo(() => {
    const ids = new Set(here?.userIds); // the server counts those who left for some seconds more
    for (const { user } of bannedRows) ids.delete(user.id);
    return ids;
  }, [here, bannedRows]);
  const isSearch = query.trim() !== '';
  const shown = (row: MemberRow) => memberOf(row, isConnected ? presence : null);
  const leaders = rows.leaders.map(shown);
  const leaderIds = new Set(leaders.map(({ person }) => person.id));
  const isCrowd = !isSearch && (here?.onlineCount ?? 0) > namedAtMost;
  const others = rows.others.filter(({ user }) => !leaderIds.has(user.id));
  const knownRows = new Map([...rows.leaders, ...rows.others].map((row) => [row.user.id, row]));
  const hereOthers = [...hereIds].filter((id) => !leaderIds.has(id));
  const people = useNamesOf(isCrowd || isSearch ? [] : hereOthers, knownRows);
  const hereMembers = isSearch
    ? others.filter(({ user }) => hereIds.has(user.id)).map(shown)
    : people.map((person): Member => {
        const row = knownRows.get(person.id);
        const status = isConnected ? (presence.users.get(person.id)?.status ?? null) : null;
        return row ? shown(row) : { person, role: 'MEMBER', presence: status, isMuted: false };
      });
  const away = others.filter(({ user }) => !hereIds.has(user.id) || (isCrowd && !isConnected)).map(shown);
  const leading = isSearch ? leaders.filter(({ person }) => matches(person.displayName, query)) : leaders;
  const shownCount = leading.length + hereMembers.length + away.length;
  const hereCount = isSearch ? hereMembers.length : isCrowd ? here!.onlineCount : hereOthers.length;
  const awayCount = isSearch ? away.length : Math.max(away.length, (rows.count ?? 0) - leaders.length - hereCount);
  const bannedShown = isSearch ? noRows : bannedRows;
  const listed = [...leading, ...hereMembers, ...away].map(({ person }) => person.id);
  const stop = useOneStop([...listed, ...bannedShown.map(({ user }) => user.id)].filter((id) => id !== viewer.id));
  const member = menu && (knownRows.get(menu.id) ?? bannedRows.find(({ user }) => user.id === menu.id));
  return (
    <>
      <Members
        count={rows.count}
        leaders={leading}
        here={!isConnected ? [] : isCrowd ? null : hereMembers}
        hereCount={hereCount}
        away={isConnected ? away : [...hereMembers, ...away]}
        awayCount={isConnected ? awayCount : null}
        banned={{
          title: words.membersPane.banned,
          list: bannedShown.map((row) => ({ ...memberOf(row, null), note: endOf(row) })),
        }}
        viewerId={viewer.id}
        takesFocus={useIsPhone()}
        query={query}
        stop={stop}
        activeId={menu?.id ?? null}
        onQuery={setQuery}
        onClose={onClose}
        onMore={rows.more}
        headButton={permissions.includes('ADD_MEMBERS') && <AddButton roomId={roomId} />}
        rowButton={MoreButton}
        onPerson={({ person }, at) => setMenu({ id: person.id, at })}
      >
        <FoundCount query={query} isLoading={rows.isLoading || wanted !== query.trim()} count={shownCount} />
        {shownCount === 0 &&
          (rows.isLoading ? <Late /> : isSearch && <p className="empty">{words.nothingFound(query)}</p>)}
      </Members>
      {menu && (
        <PersonActions
          key={menu.id}
          roomId={roomId}
          userId={menu.id}
          member={member ?? undefined}
          anchor={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );

  function endOf({ bannedUntil }: MemberRow): string | null {
    const end = endOrNone(bannedUntil);
    return end && words.membersPane.bannedUntil(formats.until(end, Date.now()));
  }
}

function AddButton({ roomId }: { roomId: string }) {
  const { words } = useLanguage();
  const onAdd = () => showOverlay({ type: 'addPeople', roomId });
  return <IconButton icon="addPerson" label={words.membersPane.add} onClick={onAdd} />;
}

/** `known`: null if it does not matter, or nobody knows, who is online. */
function memberOf({ user, role, mutedUntil }: MemberRow, known: Presence | null): Member {
  const status = known && (known.users.get(user.id)?.status ?? user.presence.status);
  const { id, displayName, kind } = user;
  return { person: { id, displayName, kind }, role, presence: status, isMuted: isMuted({ mutedUntil }) };
}

function matches(name: string, query: string): boolean {
  return name.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
}

const pageOf = ({ room }: MemberPageQuery) => room?.members;

function useMemberRows(roomId: string, query: string) {
  const [{ data: led }, leadersAgain] = useData(LeadersDocument, { roomId });
  const variables = { roomId, query: query === '' ? null : query };
  const { nodes, fetching, more, again: othersAgain } = usePages({ document: MemberPageDocument, variables, pageOf });
  const again = useCallback(() => {
    leadersAgain({ requestPolicy: 'network-only' });
    othersAgain();
  }, [leadersAgain, othersAgain]);
  const isMember = ({ state }: MemberRow) => state === 'JOINED';
  return {
    count: led?.room?.memberCount ?? null,
    leaders: (led?.room?.members.nodes ?? noRows).filter((row) => isMember(row) && row.role !== 'MEMBER'),
    others: (nodes ?? noRows).filter((row) => isMember(row) && row.role === 'MEMBER'),
    isLoading: !led || !nodes || fetching,
    more,
    again,
  };
}
