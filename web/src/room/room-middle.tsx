import { useStore } from 'parley-client/react';
import { useState } from 'react';
import { Later } from '../app/later.tsx';
import { showNotice } from '../app/notice.tsx';
import { showOverlay } from '../app/overlays.ts';
import type { Writing } from '../composer/use-writing.ts';
import { copy } from '../log/copy.ts';
import { itemsOf } from '../log/items.ts';
import type { LogState } from '../log/log-state.ts';
import { RoomLog } from '../log/room-log.tsx';
import { useLanguage } from '../words/language.tsx';
import { EmptyRoom } from './empty-room.tsx';
import { OlderRow } from './older-row.tsx';
import { RoomCard } from './room-card.tsx';
import type { LiveRoom } from './use-live-room.ts';
import { useSeen } from './use-seen.tsx';

const loadPersonActions = async () => (await import('../members/person-actions.tsx')).default;

interface RoomMiddleProps {
  live: LiveRoom;
  log: LogState;
  writing: Writing;
}

/** The messages of a room, or what invites to write the first one. */
export function RoomMiddle({ live, log, writing }: RoomMiddleProps) {
  const { words } = useLanguage();
  const { room, people, fields } = live;
  const { items, hasOlder } = useStore(room.messages);
  const below = useSeen(room, { people: people.people, isDirect: live.kind === 'DIRECT', isMember: live.isMember });
  const [person, setPerson] = useState<{ userId: string; anchor: HTMLElement } | null>(null);
  const isEmpty = fields !== null && !hasOlder && !items.some(({ kind }) => kind === 'USER');
  if (isEmpty) {
    return (
      <EmptyRoom
        kind={live.kind}
        other={people.other}
        isPublic={live.isPublic}
        mayWrite={fields.viewerPermissions.includes('SEND_MESSAGE')} // a reader joins by it
        mayAddPeople={fields.viewerPermissions.includes('ADD_MEMBERS')}
        lines={itemsOf(items)}
        onHello={(text) => {
          room.send(text);
          writing.field.current?.focus({ preventScroll: true }); // the button goes
        }}
        onAddPeople={() => showOverlay({ type: 'addPeople', roomId: room.id })}
        onCopyLink={() => void copy(location.origin + live.path, words, showNotice)}
      />
    );
  }
  return (
    <>
      <RoomLog
        room={room}
        log={log}
        name={people.name}
        path={live.path}
        rights={live.rights}
        roles={people.roles}
        isConnected={live.isConnected}
        below={below}
        top={<OlderRow room={room} start={<RoomCard kind={live.kind} topic={live.topic} {...people} />} />}
        onReply={writing.reply}
        onEdit={writing.edit}
        onRewrite={writing.rewrite}
        onTyped={writing.insert}
        onPerson={(userId, anchor) => setPerson({ userId, anchor })}
      />
      {person && (
        <Later load={loadPersonActions} props={{ roomId: room.id, ...person, onClose: () => setPerson(null) }} />
      )}
    </>
  );
}
