import type { Parley, RoomState } from 'parley-client';
import type { RoomFields } from 'parley-client/documents';
import { useMessages, usePresence, useRoom, useTyping } from 'parley-client/react';
import { useCallback, useEffect, useState } from 'react';
import { Announcer, useAnnounce } from '../app/announcer.tsx';
import type { Trouble } from '../app/use-trouble.ts';
import { useFocusOnComposer } from '../composer/use-focus-on-composer.ts';
import { useSlowMode } from '../composer/use-slow-mode.ts';
import { useWriting } from '../composer/use-writing.ts';
import type { RoomName } from '../documents.ts';
import { lastOwn } from '../log/rights.ts';
import { useHeard } from '../log/use-heard.ts';
import { useRefusedChanges } from '../log/use-refused-changes.ts';
import { useToldSent } from '../log/use-told-sent.ts';
import { useWhyNoComposer } from '../room/why-no-composer.ts';
import { LogPane } from './log-pane.tsx';
import { MembersOver } from './members-over.tsx';
import { join } from './use-found-room.ts';
import { useHostEvents } from './use-host-events.ts';
import { useBlockedPeople, useLimits, useRoles } from './use-known.ts';
import { useLogPlace } from './use-log-place.ts';
import { useOwnStates } from './use-own-states.ts';
import { useReading } from './use-reading.ts';
import { useRefusals } from './use-refusals.tsx';
import { useRights } from './use-rights.ts';
import { useShown } from './use-shown.ts';
import type { WidgetProps } from './widget.tsx';
import { WidgetHead } from './widget-head.tsx';
import { WritingPane } from './writing-pane.tsx';

interface RoomViewProps extends WidgetProps {
  parley: Parley;
  userId: string;
  known: RoomName;
  trouble: Trouble | null;
  /** Says what the trouble is. */
  bar: (mayWrite: boolean) => React.ReactNode;
  onEnded: () => void;
}

/** The room, live. */
export function RoomView(props: RoomViewProps) {
  const { parley, known, settings, userId, trouble, tell, controls, entrance } = props;
  const { room, ...state } = useRoom(known.id);
  const messages = useMessages(known.id);
  const presence = usePresence([known.id]);
  const typists = useTyping(known.id);
  const limits = useLimits(entrance);
  const roles = useRoles(parley, known.id);
  const [areMembersOpen, setMembersOpen] = useState(false);
  const fields = fieldsOf(state);
  const name = fields?.name ?? known.name ?? '';
  const shown = useShown({ room, messages, viewerId: userId, fields });
  const place = useLogPlace(shown.onTop);
  const blocked = useBlockedPeople(parley, userId);
  const [ready, announce] = useAnnounce();
  useHeard(room, { viewerId: userId, blocked, isAtEnd: () => place.isAtEnd, announce });
  const [notice, refused, say] = useRefusals(tell);
  useRefusedChanges(parley.outbox, refused);
  const { items } = messages;
  const onUnread = useCallback((count: number) => tell('parley-unread', { count }), [tell]);
  const read = useReading({ room, state, items, viewerId: userId, log: place.ref, onUnread });
  const readAll = () => {
    shown.endNew();
    read();
  };
  const why = useWhyNoComposer(fields);
  const { isReadonly } = settings;
  const rights = useRights({ fields, viewerId: userId, limits, isReadonly, hasComposer: why === null });
  const maxLength = limits?.limits.messageMaxLength ?? 4000;
  const writing = useWriting(room, {
    draftKey: `widget:${settings.server}:draft:${known.id}:${userId}`,
    maxLength,
  });
  const [instead, awaitComposer] = useFocusOnComposer(writing, why);
  const { follow } = shown;
  useEffect(() => follow(place.isAtEnd), [follow, place.isAtEnd]);
  useHostEvents({ room, state, viewerId: userId, tell, onEnded: props.onEnded });
  useEffect(() => {
    controls.current = { send: (text) => room.send(text), markRead: readAll };
    return () => {
      controls.current = null;
    };
  });
  const isConnected = trouble === null || trouble === 'busy';
  const states = useOwnStates(items, isConnected);
  useToldSent(states, announce);
  const isModerator = fields?.viewerPermissions.includes('MUTE') === true;
  const slowModeSeconds = fields?.slowModeSeconds ?? 0;
  const waitSeconds = useSlowMode(room, { seconds: isModerator ? 0 : slowModeSeconds, viewerId: userId });
  const toEnd = () => {
    if (messages.hasNewer) void messages.toNewest().catch(() => {});
    place.toEnd();
  };
  const closeMembers = useCallback(() => setMembersOpen(false), []);
  return (
    <section className="room-pane" aria-label={name}>
      {settings.hasHeader && (
        <WidgetHead
          name={name}
          hereCount={isConnected ? (presence.rooms.get(known.id)?.onlineCount ?? null) : null}
          areMembersOpen={areMembersOpen}
          onMembers={() => setMembersOpen(!areMembersOpen)}
          onRead={readAll}
          onSignOut={entrance.isHosted ? null : () => entrance.signOut()}
        />
      )}
      {props.bar(!isReadonly && why === null)}
      <LogPane
        {...{ room, name, messages, place, toEnd, roles, states, tell, rights, blocked, refused, say, writing }}
        viewerId={userId}
        shown={shown.items}
        newFrom={shown.newFrom}
        newBelow={shown.newBelow}
      />
      {areMembersOpen && <MembersOver roomId={known.id} viewerId={userId} presence={presence} onClose={closeMembers} />}
      {!isReadonly && fields && (
        <WritingPane
          name={name}
          writing={writing}
          why={why}
          instead={instead}
          typists={typists}
          slowModeSeconds={slowModeSeconds}
          waitSeconds={waitSeconds}
          maxLength={maxLength}
          onJoin={() => awaitComposer(join(parley, known.id).then((code) => !code || refused(code)))}
          onSent={() => {
            shown.endNew();
            toEnd();
          }}
          say={say}
          onEditLast={() => {
            const last = lastOwn(items, userId);
            if (last) rights.beginEdit(last, { edit: writing.edit, refused });
          }}
          onEscape={() => {
            readAll();
            toEnd();
          }}
        />
      )}
      {notice}
      <Announcer ready={ready} />
    </section>
  );
}

function fieldsOf(state: RoomState): RoomFields | null {
  return 'fields' in state ? (state.fields ?? null) : null;
}
