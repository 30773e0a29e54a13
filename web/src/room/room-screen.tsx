import type { Presence, PresenceStatus, Room, RoomFields, UserFields } from 'parley-client';
import { usePresence, useStore } from 'parley-client/react';
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { showNotice } from '../app/notice.tsx';
import { showOverlay } from '../app/overlays.ts';
import { navigate, roomPath } from '../app/router.ts';
import { useIsPhone } from '../app/screen.ts';
import { useTalk } from '../app/talk.tsx';
import { useChange } from '../app/use-change.ts';
import { useToldTrouble } from '../app/use-told-trouble.ts';
import { ComposerInstead } from '../composer/composer-instead.tsx';
import { RoomComposer } from '../composer/room-composer.tsx';
import { useComposer } from '../composer/use-composer.ts';
import { useSlowMode } from '../composer/use-slow-mode.ts';
import { JoinRoomDocument, type RoomName } from '../documents.ts';
import { itemsOf } from '../log/items.ts';
import { LogState } from '../log/log-state.ts';
import { faultText } from '../log/own-states.ts';
import { RoomLog } from '../log/room-log.tsx';
import { useHeard } from '../log/use-heard.ts';
import { actsOn } from '../log/use-message-acts.ts';
import { typingText } from '../people/typing.tsx';
import { useLanguage } from '../words/language.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { EmptyRoom } from './empty-room.tsx';
import { OlderRow } from './older-row.tsx';
import { RoomCard } from './room-card.tsx';
import { RoomEnding } from './room-ending.tsx';
import { RoomHead } from './room-head.tsx';
import { RoomPane } from './room-pane.tsx';
import { useRoomPeople } from './use-room-people.ts';
import { useSeen } from './use-seen.tsx';
import { useSilence } from './use-silence.ts';
import { constant, useWhileMember } from './use-while-member.ts';
import { whyNoComposer } from './why-no-composer.ts';

interface RoomScreenProps {
  room: Room;
  /** What is known of the room before it is loaded. */
  known: RoomName;
  at: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
}

const RoomMenu = lazy(() => import('./room-menu.tsx'));
const PersonActions = lazy(() => import('../members/person-actions.tsx'));
const nobody: never[] = [];
const nobodyTypes = constant<readonly UserFields[]>([]);

/** A room that the viewer may read. */
export function RoomScreen({ room, known, at, areMembersOpen, onMembers }: RoomScreenProps) {
  const { viewer, parley, server } = useTalk();
  const { words } = useLanguage();
  const isPhone = useIsPhone();
  const state = useStore(room.state);
  const { items, hasOlder } = useStore(room.messages);
  const presence = usePresence(useMemo(() => [room.id], [room.id]));
  const trouble = useToldTrouble();
  const fields = ('fields' in state && state.fields) || null;
  const isMember = fields?.viewerMembership?.state === 'JOINED';
  const typists = useWhileMember(room.typists, nobodyTypes, isMember);
  const people = useRoomPeople(fields ?? known);
  const log = useMemo(() => new LogState(room, viewer.id), [room, viewer.id]);
  const below = useSeen(room, { people: people.people, isDirect: known.kind === 'DIRECT', isMember });
  const silence = useSilence(fields);
  const join = useChange(JoinRoomDocument);
  const [menuAt, setMenuAt] = useState<HTMLElement | null>(null);
  const [person, setPerson] = useState<{ userId: string; anchor: HTMLElement } | null>(null);
  const refused = (code: string) => showNotice(faultText(code, words));
  const writing = useComposer(room, refused);
  useHeard(room, log);
  useEffect(() => log.open(at), [log, at]);
  // An effect would end when the log is out of the document already, and cannot be measured any more.
  useLayoutEffect(() => () => log.leave(), [log]);

  const rights = useRights(fields);
  const isModerator = fields?.viewerPermissions.includes('MUTE') === true;
  const slowModeSeconds = fields?.slowModeSeconds ?? 0;
  const waitSeconds = useSlowMode(room, { seconds: isModerator ? 0 : slowModeSeconds, viewerId: viewer.id });
  const path = roomPath(known);
  const shownTypists = trouble ? nobody : typists;
  const isHash = known.kind === 'CHANNEL' || known.kind === 'STREAM';
  const label = isHash ? `#${people.name}` : people.name;
  const editLast = () => {
    const last = items.findLast(({ author, deletedAt, sending }) => author?.id === viewer.id && !deletedAt && !sending);
    const editSeconds = server.limits.editWindowSeconds;
    if (!last || !rights.has('EDIT_OWN')) return;
    if (actsOn(last, { isOwn: true, rights, now: Date.now(), editSeconds }).has('edit')) writing.edit(last);
    else showNotice(words.faults.EDIT_WINDOW_CLOSED);
  };
  const head = (
    <RoomHead
      kind={known.kind}
      name={people.name}
      topic={fields ? fields.topic : known.topic}
      other={people.other}
      presence={trouble || !people.other ? null : statusOf(presence, { roomId: room.id, userId: people.other.id })}
      hereCount={trouble ? null : (presence.rooms.get(room.id)?.onlineCount ?? null)}
      typing={shownTypists.length > 0 ? typingText(shownTypists, words) : null}
      isPhone={isPhone}
      areMembersOpen={areMembersOpen}
      isSilenced={silence.isSilenced}
      onBack={() => (history.length > 1 ? history.back() : navigate('/'))}
      onMembers={onMembers}
      onSilence={silence.toggle}
      onMenu={setMenuAt}
    />
  );
  if (state.status === 'ended' || state.status === 'failed') {
    return (
      <RoomPane name={people.name} head={head}>
        <RoomEnding roomId={room.id} name={people.name} />
      </RoomPane>
    );
  }
  const tryNow = () => {
    parley.disconnect();
    parley.connect();
  };
  const why = fields && whyNoComposer(fields, Date.now());
  const card = <RoomCard kind={known.kind} topic={fields?.topic ?? null} {...people} />;
  const isEmpty = fields !== null && !hasOlder && !items.some(({ kind }) => kind === 'USER');
  return (
    <RoomPane
      name={people.name}
      head={head}
      bars={trouble && <ConnectionBar trouble={trouble} onTry={tryNow} />}
      composer={
        why ? (
          <ComposerInstead why={why} onJoin={() => void join({ input: { roomId: room.id } })} />
        ) : (
          <RoomComposer
            room={room}
            label={label}
            writing={writing}
            typists={shownTypists}
            slowModeSeconds={slowModeSeconds}
            waitSeconds={waitSeconds}
            onSent={() => log.sent()}
            onEditLast={editLast}
            onEscape={() => writing.cancel() || log.readAll()}
          />
        )
      }
    >
      {isEmpty ? (
        <EmptyRoom
          kind={known.kind}
          other={people.other}
          lines={itemsOf(items)}
          isOwn={fields.viewerMembership?.role === 'OWNER'}
          isPublic={isHash}
          mayWrite={!why}
          mayAddPeople={fields.viewerPermissions.includes('ADD_MEMBERS')}
          onHello={(text) => room.send(text)}
          onAddPeople={() => showOverlay({ type: 'addPeople', roomId: room.id })}
          onCopyLink={() => void navigator.clipboard?.writeText(location.origin + path)}
        />
      ) : (
        <RoomLog
          room={room}
          log={log}
          name={people.name}
          path={path}
          rights={rights}
          roles={people.roles}
          isConnected={!trouble}
          below={below}
          top={<OlderRow room={room} start={card} />}
          onReply={writing.reply}
          onEdit={writing.edit}
          onRewrite={writing.insert}
          onTyped={writing.insert}
          onPerson={(userId, anchor) => setPerson({ userId, anchor })}
        />
      )}
      <Suspense>
        {menuAt && (
          <RoomMenu
            roomId={room.id}
            name={people.name}
            anchor={menuAt}
            onMembers={onMembers}
            onClose={() => setMenuAt(null)}
          />
        )}
        {person && <PersonActions roomId={room.id} {...person} onClose={() => setPerson(null)} />}
      </Suspense>
    </RoomPane>
  );
}

interface Whom {
  roomId: string;
  userId: string;
}

/** Returns the status of somebody in a room; null before the server has said who is there. */
function statusOf({ rooms, users }: Presence, { roomId, userId }: Whom): PresenceStatus | null {
  return rooms.has(roomId) ? (users.get(userId)?.status ?? 'OFFLINE') : null;
}

function useRights(fields: RoomFields | null): ReadonlySet<string> {
  const permissions = fields?.viewerPermissions;
  return useMemo(() => new Set<string>(permissions), [permissions]);
}
