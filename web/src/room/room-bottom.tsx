import { showNotice } from '../app/notice.tsx';
import { useTalk } from '../app/talk.tsx';
import { useChange } from '../app/use-change.ts';
import { ComposerInstead } from '../composer/composer-instead.tsx';
import { RoomComposer } from '../composer/room-composer.tsx';
import { useFocusOnComposer } from '../composer/use-focus-on-composer.ts';
import { useSlowMode } from '../composer/use-slow-mode.ts';
import type { Writing } from '../composer/use-writing.ts';
import { JoinRoomDocument } from '../documents.ts';
import type { LogState } from '../log/log-state.ts';
import { faultText } from '../log/own-states.ts';
import { beginEdit, lastOwn } from '../log/rights.ts';
import { useLanguage } from '../words/language.tsx';
import type { LiveRoom } from './use-live-room.ts';

interface RoomBottomProps {
  live: LiveRoom;
  log: LogState;
  writing: Writing;
}

/** Where the viewer writes, or why they cannot. */
export function RoomBottom({ live, log, writing }: RoomBottomProps) {
  const { viewer } = useTalk();
  const { room, fields } = live;
  const join = useChange(JoinRoomDocument);
  const why = live.whyNoComposer;
  const isModerator = fields?.viewerPermissions.includes('MUTE') === true;
  const slowModeSeconds = fields?.slowModeSeconds ?? 0;
  const waitSeconds = useSlowMode(room, { seconds: isModerator ? 0 : slowModeSeconds, viewerId: viewer.id });
  const editLast = useEditLast(live, writing);
  const [instead, awaitComposer] = useFocusOnComposer(writing, why);
  const onJoin = () => awaitComposer(join({ input: { roomId: room.id } }));
  if (why) return <ComposerInstead ref={instead} why={why} onJoin={onJoin} />;
  return (
    <RoomComposer
      label={live.label}
      writing={writing}
      typists={live.typists}
      slowModeSeconds={slowModeSeconds}
      waitSeconds={waitSeconds}
      onSent={() => log.sent()}
      onEditLast={editLast}
      onEscape={() => log.readAll()}
    />
  );
}

/** Returns what begins to edit the viewer's last message, or says that it is too late for that. */
function useEditLast({ room, rights }: LiveRoom, writing: Writing): () => void {
  const { viewer, server } = useTalk();
  const { words } = useLanguage();
  return () => {
    const last = lastOwn(room.messages.get().items, viewer.id);
    if (!last) return;
    const options = { isOwn: true, rights, now: Date.now(), editSeconds: server.limits.editWindowSeconds };
    const refused = (code: string) => showNotice(faultText(code, words));
    beginEdit(last, options, { edit: writing.edit, refused });
  };
}
