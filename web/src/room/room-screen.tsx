import type { Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { useMemo, useState } from 'react';
import { useIsPhone } from '../app/screen.ts';
import { useTalk } from '../app/talk.tsx';
import { Composer } from '../composer/composer.tsx';
import type { RoomName } from '../documents.ts';
import { itemsOf } from '../log/items.ts';
import { LogView } from '../log/log-view.tsx';
import { RoomHead } from './room-head.tsx';
import { RoomPane } from './room-pane.tsx';

interface RoomScreenProps {
  room: Room;
  /** What is known of the room before it is loaded. */
  known: RoomName;
  at: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
}

/** A room that the viewer may read. */
export function RoomScreen({ room, known, areMembersOpen, onMembers }: RoomScreenProps) {
  const { viewer } = useTalk();
  const isPhone = useIsPhone();
  const window = useStore(room.messages);
  const typists = useStore(room.typists);
  const [text, setText] = useState('');
  const items = useMemo(() => itemsOf(window.items), [window.items]);
  const name = known.name ?? '';
  const send = () => {
    room.send(text.trim());
    setText('');
  };
  return (
    <RoomPane
      name={name}
      head={
        <RoomHead
          kind={known.kind}
          name={name}
          topic={known.topic}
          other={null}
          presence={null}
          hereCount={null}
          typing={null}
          isPhone={isPhone}
          areMembersOpen={areMembersOpen}
          isSilenced={false}
          onMembers={onMembers}
        />
      }
      composer={
        <Composer
          room={`#${name}`}
          isPhone={isPhone}
          text={text}
          about={null}
          typists={typists}
          slowModeSeconds={0}
          waitSeconds={0}
          maxLength={4000}
          onText={setText}
          onSend={send}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            send();
          }}
        />
      }
    >
      <LogView
        room={name}
        items={items}
        viewerId={viewer.id}
        now={Date.now()}
        quickEmoji={['👍', '❤️']}
        mayReact
        mayReply
      />
    </RoomPane>
  );
}
