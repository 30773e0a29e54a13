import type { MessageItem, Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { useMemo, useState } from 'react';
import { Later } from '../app/later.tsx';
import { useTalk } from '../app/talk.tsx';
import { lastEmoji } from '../emoji/last-emoji.ts';
import type { RoomRole } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { JumpButton } from './jump-button.tsx';
import { focusBeside, onLogKey, type RowAct } from './log-keys.ts';
import type { LogOverlay } from './log-overlays.tsx';
import { LogScroll } from './log-scroll.tsx';
import type { LogState } from './log-state.ts';
import { type LogEvent, LogView } from './log-view.tsx';
import type { MessageAct } from './message-menu.tsx';
import { ownStates } from './own-states.ts';
import { actsOn, beginEdit, type Rights, type Row } from './rights.ts';
import { Skeleton } from './skeleton.tsx';
import { useMessageActs } from './use-message-acts.ts';
import { useSendingClock } from './use-sending-clock.ts';
import { useShownRows } from './use-shown-rows.ts';
import { useToldSent } from './use-told-sent.ts';

const loadOverlays = async () => (await import('./log-overlays.tsx')).default;

export interface RoomLogProps {
  room: Room;
  log: LogState;
  name: string;
  path: string;
  rights: Rights;
  roles: ReadonlyMap<string, RoomRole>;
  isConnected: boolean;
  below: ReadonlyMap<string, React.ReactNode>;
  top: React.ReactNode;
  onReply: (message: Row) => void;
  onEdit: (message: Row) => void;
  /** Returns whether the composer has taken the message. */
  onRewrite: (message: Row) => boolean;
  onPerson?: (userId: string, at: HTMLElement) => void;
  onTyped: (letter: string) => void;
}

/** The messages of a room: what is in the document, and what can be done with it. */
export function RoomLog(props: RoomLogProps) {
  const { room, log, rights } = props;
  const { viewer, server, announce } = useTalk();
  const { words } = useLanguage();
  const window = useStore(room.messages);
  const place = useStore(log.value);
  const acts = useMessageActs(room, props.path);
  const lastTwo = lastEmoji().slice(0, 2).join(' ');
  const quick = useMemo(() => lastTwo.split(' '), [lastTwo]);
  const [overlay, setOverlay] = useState<LogOverlay | null>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [stopId, setStopId] = useState<string | null>(null);
  const shown = useShownRows(window.items, log, place.newFrom);
  const now = useSendingClock(window.items);
  const states = ownStates(window.items, { isConnected: props.isConnected, now, words });
  useToldSent(states, announce);
  const last = shown.messages.at(-1)?.id ?? null;
  const isOwn = (message: Row) => message.author?.id === viewer.id;
  const optionsFor = (message: Row) => {
    const { editWindowSeconds } = server.limits;
    return { isOwn: isOwn(message), rights, now, editSeconds: editWindowSeconds, hasUnread: log.hasUnread };
  };
  const mayOf = (message: Row) => actsOn(message, optionsFor(message));
  const find = (id: string) => window.items.find((item) => item.id === id);

  const onMenu = (message: Row, act: MessageAct, at: HTMLElement) => {
    if (act === 'reply') props.onReply(message);
    else if (act === 'edit') props.onEdit(message);
    else if (act === 'delete') {
      acts.remove(message);
      setStopId(focusBeside(at.closest('article')));
    } else if (act === 'copyText') acts.copyText(message);
    else if (act === 'copyLink') acts.copyLink(message);
    else if (act === 'markRead') log.readAll();
    else if (message.author) props.onPerson?.(message.author.id, at);
  };
  const onAct = ({ act, messageId, at, emoji }: LogEvent) => {
    const message = find(messageId);
    if (!message) return;
    if (act === 'toggle' && emoji) acts.react(message, emoji);
    else if (act === 'pick') setOverlay({ type: 'picker', message, at });
    else if (act === 'menu') setOverlay({ type: 'menu', message, at });
    else if (act === 'reply') props.onReply(message);
    else if (act === 'jump' && message.replyTo?.sequence) void log.jump(message.replyTo.sequence);
    else if (act === 'unfold') setUnfolded(new Set([...unfolded, messageId]));
    else if (act === 'person' && message.author) props.onPerson?.(message.author.id, at);
    else onUnsent(act, message);
  };
  const onUnsent = (act: LogEvent['act'], message: MessageItem) => {
    const entry = acts.unsent(message.id);
    if (act === 'retry') entry?.retry();
    else if (act === 'discard' || (act === 'rewrite' && props.onRewrite(message))) entry?.discard();
  };
  const onKey = (act: RowAct, row: HTMLElement) => {
    const message = find(row.dataset.id!);
    if (!message || message.sending || message.deletedAt) return;
    const may = mayOf(message);
    if (act === 'react' && rights.has('REACT')) setOverlay({ type: 'picker', message, at: row });
    else if (act === 'menu') setOverlay({ type: 'menu', message, at: row });
    else if (act === 'copy') acts.copyText(message);
    else if (act === 'delete' && may.has('delete')) setOverlay({ type: 'delete', message, at: row });
    else if (act === 'reply' && may.has(act)) onMenu(message, act, row);
    else if (act === 'edit') beginEdit(message, optionsFor(message), { edit: props.onEdit, refused: acts.refused });
  };
  const keys = { act: onKey, focused: setStopId, typed: props.onTyped };
  const hasMoreBelow = shown.hasMoreBelow || window.hasNewer;
  const overlaid = overlay && (find(overlay.message.id) ?? null);

  if (!place.isPlaced) return <Skeleton />;
  return (
    <>
      <LogScroll
        hasMoreBelow={hasMoreBelow && !log.isGoingToNewest}
        takeTarget={() => log.takeTarget()}
        onMoved={(scroll) => log.moved(scroll)}
      >
        {(attach) => (
          <LogView
            ref={attach}
            onKeyDown={(event) => (event.key === 'Escape' ? log.readAll() : onLogKey(event, keys))}
            room={props.name}
            items={shown.items}
            viewerId={viewer.id}
            now={now}
            quickEmoji={quick}
            mayReact={rights.has('REACT')}
            mayReply={rights.has('SEND_MESSAGE')}
            opensPeople
            roles={props.roles}
            states={states}
            stopId={stopId && shown.messages.some(({ id }) => id === stopId) ? stopId : last}
            activeId={overlay?.message.id ?? null}
            markedId={place.markedId}
            unfolded={unfolded}
            top={shown.isFirst ? props.top : <div className="older" />}
            below={props.below}
            onAct={onAct}
          />
        )}
      </LogScroll>
      {(place.missed > 0 || hasMoreBelow) && <JumpButton count={place.missed} onPress={() => void log.toEnd()} />}
      {overlay && overlaid && (
        <Later
          load={loadOverlays}
          props={{
            overlay,
            may: mayOf(overlaid),
            mayReact: rights.has('REACT'),
            onAct: (act) => onMenu(overlaid, act, overlay.at),
            onReact: (emoji) => {
              acts.react(overlaid, emoji);
              setOverlay(null);
            },
            onPicker: (at) => setOverlay({ ...overlay, type: 'picker', at }),
            onClose: () => setOverlay(null),
          }}
        />
      )}
    </>
  );
}
