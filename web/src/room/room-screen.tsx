import type { Room } from 'parley-client';
import { useEffect, useLayoutEffect, useMemo } from 'react';
import { showNotice } from '../app/notice.tsx';
import { useTalk } from '../app/talk.tsx';
import { useRoomInTitle } from '../app/title.ts';
import { draftKey } from '../composer/drafts.ts';
import { useWriting } from '../composer/use-writing.ts';
import type { RoomName } from '../documents.ts';
import { LogState } from '../log/log-state.ts';
import { useHeard } from '../log/use-heard.ts';
import { useBlocked } from '../people/blocked.ts';
import { useLanguage } from '../words/language.tsx';
import { ConnectionBar, reconnect } from './connection-bar.tsx';
import { RoomBottom } from './room-bottom.tsx';
import { RoomEnding } from './room-ending.tsx';
import { RoomMiddle } from './room-middle.tsx';
import { RoomPane } from './room-pane.tsx';
import { RoomTop } from './room-top.tsx';
import { useLiveRoom } from './use-live-room.ts';

interface RoomScreenProps {
  room: Room;
  /** What is known of the room before it is loaded. */
  known: RoomName;
  at: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** A room that the viewer may read. */
export function RoomScreen({ room, known, at, areMembersOpen, onMembers }: RoomScreenProps) {
  const { viewer, parley, server, announce } = useTalk();
  const { words } = useLanguage();
  const live = useLiveRoom(room, known);
  const log = useMemo(() => new LogState(room, viewer.id), [room, viewer.id]);
  const writing = useWriting(room, {
    draftKey: draftKey(viewer.id, room.id),
    maxLength: server.limits.messageMaxLength,
    onKept: () => dispatchEvent(new Event('parley:draft')),
  });
  useHeard(room, { viewerId: viewer.id, blocked: useBlocked(), isAtEnd: () => log.isAtEnd, announce });
  useEffect(() => log.open(at), [log, at]);
  // An effect would end when the log is out of the document already, and cannot be measured any more.
  useLayoutEffect(() => () => log.leave(), [log]);
  useEffect(() => log.onLostPlace(() => showNotice(words.onlyOnPage.lostPlace)), [log, words]);

  const { trouble, people } = live;
  useRoomInTitle(people.name);
  const parts = { live, log, writing };
  return (
    <RoomPane
      name={people.name}
      head={<RoomTop live={live} areMembersOpen={areMembersOpen} onMembers={onMembers} />}
      bars={
        !live.hasEnded &&
        trouble && (
          <ConnectionBar trouble={trouble} mayWrite={live.whyNoComposer === null} onTry={() => reconnect(parley)} />
        )
      }
      composer={!live.hasEnded && <RoomBottom {...parts} />}
    >
      {live.hasEnded ? <RoomEnding roomId={room.id} name={people.name} /> : <RoomMiddle {...parts} />}
    </RoomPane>
  );
}
