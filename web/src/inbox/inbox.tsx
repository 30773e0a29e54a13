import { useMemo, useRef } from 'react';
import { Late } from '../app/late.tsx';
import { useOneStop } from '../app/one-stop.ts';
import { useLostFocus } from '../app/use-lost-focus.ts';
import { Avatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus } from '../people/person.ts';
import { Icon, Mark } from '../style/icon.tsx';
import { IconButton } from '../style/icon-button.tsx';
import { Tabs } from '../style/tabs.tsx';
import { useLanguage } from '../words/language.tsx';
import { type InboxEntry, InboxRow } from './inbox-row.tsx';

export type InboxTab = 'ALL' | 'UNREAD' | 'ROOMS' | 'DIRECT';
const tabs: InboxTab[] = ['ALL', 'UNREAD', 'ROOMS', 'DIRECT'];

export interface InboxProps {
  entries: readonly InboxEntry[];
  tab: InboxTab;
  /** Rooms with something unread, without silenced ones. */
  unreadRooms: number;
  chosenId: string | null;
  /** A phone shows nothing else now. */
  isAlone?: boolean;
  isDirectoryOpen?: boolean;
  viewer: Person;
  /** Null while there is no connection. */
  presence: PresenceStatus | null;
  statusText: string | null;
  now: number;
  isLoading?: boolean;
  /** What stands below the head, such as the bar about the connection. */
  bar?: React.ReactNode;
  onTab?: (tab: InboxTab) => void;
  onFind?: () => void;
  onWrite?: () => void;
  onSettings?: () => void;
  /** The end of the list is near. */
  onMore?: () => void;
}

/** Shows the viewer's rooms and conversations, the most active first. */
export function Inbox(props: InboxProps) {
  const { words, formats } = useLanguage();
  const { entries, viewer, presence } = props;
  const nav = useRef<HTMLElement>(null);
  useLostFocus(nav, props.isAlone === true, '.inbox-row[tabindex="0"]');
  const status = presence === null ? words.presence.OFFLINE : (props.statusText ?? words.presence[presence]);
  return (
    <nav ref={nav} className="inbox" aria-label={words.inbox.label} tabIndex={-1}>
      <InboxHead {...props} />
      {props.bar}
      <button type="button" className="find" onClick={props.onFind}>
        <Icon name="search" size={16} />
        <span className="grow">{words.inbox.find}</span>
        <kbd>{words.inbox.findKeys}</kbd>
      </button>
      <Tabs
        label={words.inbox.label}
        tabs={tabs.map((value) => ({
          value,
          text: words.inbox.tabs[value],
          count: value === 'UNREAD' && props.unreadRooms > 0 ? formats.number(props.unreadRooms) : null,
        }))}
        chosen={props.tab}
        onChoose={props.onTab}
      />
      {entries.length > 0 ? <InboxList {...props} /> : props.isLoading ? <Late /> : <EmptyInbox {...props} />}
      <div className="inbox-foot">
        <Avatar person={viewer} size={32} isOwn presence={presence ?? 'OFFLINE'} />
        <div className="grow">
          <div className="name cut" dir="auto">
            {viewer.displayName}
          </div>
          <div className="status cut" dir="auto">
            {status}
          </div>
        </div>
        <IconButton icon="settings" label={words.inbox.settings} onClick={props.onSettings} />
      </div>
    </nav>
  );
}

function InboxHead({ isDirectoryOpen, onWrite }: InboxProps) {
  const { words } = useLanguage();
  return (
    <div className="inbox-head">
      <span className="only-wide">
        <Mark size={24} />
      </span>
      <span className="brand grow only-wide">{words.product}</span>
      <h1 className="grow only-phone">{words.nav.chats}</h1>
      <a
        className="icon-button only-wide"
        href="/rooms"
        aria-label={words.inbox.discover}
        title={words.inbox.discover}
        aria-current={isDirectoryOpen ? 'page' : undefined}
      >
        <Icon name="compass" />
      </a>
      <IconButton icon="compose" label={words.inbox.write} onClick={onWrite} />
    </div>
  );
}

function InboxList({ entries, chosenId, now, onMore }: InboxProps) {
  const ids = useMemo(() => entries.map(({ id }) => id), [entries]);
  const { stopId, keys } = useOneStop(ids, chosenId);
  return (
    <ul
      className="inbox-list"
      {...keys}
      onScroll={({ currentTarget: list }) => {
        if (list.scrollTop + 2 * list.clientHeight > list.scrollHeight) onMore?.();
      }}
    >
      {entries.map((entry) => (
        <InboxRow
          key={entry.id}
          entry={entry}
          isChosen={entry.id === chosenId}
          isStop={entry.id === stopId}
          now={now}
        />
      ))}
    </ul>
  );
}

function EmptyInbox({ tab, onWrite }: InboxProps) {
  const { words } = useLanguage();
  if (tab !== 'ALL') {
    return <p className="empty">{tab === 'UNREAD' ? words.inbox.allRead : words.inbox.nothingInTab}</p>;
  }
  return (
    <div className="empty">
      <h2>{words.inbox.emptyTitle}</h2>
      <p>{words.inbox.emptyText}</p>
      <div className="chips">
        <a className="button primary" href="/rooms">
          {words.inbox.publicRooms}
        </a>
        <button type="button" className="button outlined" onClick={onWrite}>
          {words.inbox.newMessage}
        </button>
      </div>
    </div>
  );
}
