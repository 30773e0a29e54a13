import { Fragment, type KeyboardEvent, type MouseEvent, type Ref, type SyntheticEvent } from 'react';
import type { RoomRole } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import type { LogItem } from './items.ts';
import { DayLine, NewLine, SystemLine } from './lines.tsx';
import { keepFocus } from './log-keys.ts';
import { useLongPress } from './long-press.ts';
import type { OwnState } from './message.ts';
import { MessageRow } from './message-row.tsx';

const toolbarAbove = 18;

/** What a button of a row asks for. */
export type LogAct =
  | 'toggle'
  | 'pick'
  | 'reply'
  | 'menu'
  | 'jump'
  | 'person'
  | 'unfold'
  | 'retry'
  | 'rewrite'
  | 'discard';

export interface LogEvent {
  act: LogAct;
  messageId: string;
  /** The button, where a menu opens. */
  at: HTMLElement;
  emoji?: string | undefined;
  /** The message to jump to. */
  to?: string | undefined;
}

export interface LogViewProps {
  /** The name of the room, for screen readers. */
  room: string;
  items: readonly LogItem[];
  viewerId: string | null;
  now: number;
  quickEmoji: readonly string[];
  mayReact: boolean;
  mayReply: boolean;
  /** By user; those without an entry are members. */
  roles?: ReadonlyMap<string, RoomRole>;
  states?: ReadonlyMap<string, OwnState>;
  stopId?: string | null;
  activeId?: string | null;
  markedId?: string | null;
  unfolded?: ReadonlySet<string>;
  /** The names of others open what there is about them. */
  opensPeople?: boolean;
  /** The row above all others: loading, failed, or the start of the room. */
  top?: React.ReactNode;
  /** What stands below messages, by their id: who has read up to there. */
  below?: ReadonlyMap<string, React.ReactNode>;
  onAct?: (event: LogEvent) => void;
  onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  ref?: Ref<HTMLDivElement>;
}

/** Shows the messages of a room. It listens for all its rows at once, and does not scroll by itself. */
export function LogView(props: LogViewProps) {
  const { words } = useLanguage();
  const press = useLongPress((row) => props.onAct?.({ act: 'menu', messageId: row.dataset.id!, at: row }));
  return (
    <div
      ref={props.ref}
      id="log"
      className="log"
      tabIndex={-1}
      role="log"
      aria-live="off"
      aria-label={words.room.messages(props.room)}
      onClick={(event) => onClick(event, props.onAct)}
      onKeyDown={props.onKeyDown}
      onMouseOver={placeToolbar}
      onFocus={placeToolbar}
      {...press}
    >
      <div className="log-rows">
        {props.top}
        {props.items.map((item) => (
          <Fragment key={item.key}>
            <LogRow item={item} log={props} />
            {item.type === 'message' && props.below?.get(item.key)}
          </Fragment>
        ))}
      </div>
    </div>
  );
}

function onClick({ target }: MouseEvent, onAct: LogViewProps['onAct']) {
  const at = (target as Element).closest<HTMLElement>('[data-act]');
  const messageId = at?.closest<HTMLElement>('[data-id]')?.dataset.id;
  if (!at || !messageId) return;
  const { act, emoji, to } = at.dataset;
  keepFocus(at);
  onAct?.({ act: act as LogAct, messageId, at, emoji, to });
}

/** Above a row at the top edge of the log, its buttons would be cut off: there, they stand inside. */
function placeToolbar({ target, currentTarget: log }: SyntheticEvent<HTMLElement>) {
  const row = (target as Element).closest('article');
  const above = row && row.getBoundingClientRect().top - log.getBoundingClientRect().top;
  row?.querySelector('.toolbar')?.classList.toggle('inside', above! < toolbarAbove);
}

function LogRow({ item, log }: { item: LogItem; log: LogViewProps }) {
  if (item.type === 'day') return <DayLine item={item} now={log.now} />;
  if (item.type === 'new') return <NewLine count={item.count} isCapped={item.isCapped} />;
  if (item.type === 'system') return <SystemLine item={item} />;
  const { message } = item;
  return (
    <MessageRow
      message={message}
      isFirst={item.isFirst}
      isLast={item.isLast}
      isOwn={message.author !== null && message.author.id === log.viewerId}
      role={message.author ? log.roles?.get(message.author.id) : undefined}
      state={log.states?.get(message.id)}
      isStop={log.stopId === message.id}
      isActive={log.activeId === message.id}
      isMarked={log.markedId === message.id}
      isUnfolded={log.unfolded?.has(message.id) === true}
      mayReact={log.mayReact}
      mayReply={log.mayReply}
      quickEmoji={log.quickEmoji}
      opensPeople={log.opensPeople}
    />
  );
}
