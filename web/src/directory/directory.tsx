import { useRef } from 'react';
import { Late } from '../app/late.tsx';
import { useLostFocus } from '../app/use-lost-focus.ts';
import { FoundCount } from '../find/found-count.tsx';
import { Avatar, RoomAvatar } from '../people/avatar.tsx';
import type { Person, RoomKind } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { Tabs } from '../style/tabs.tsx';
import { useLanguage } from '../words/language.tsx';

export type DirectoryKind = 'ALL' | 'CHANNEL' | 'STREAM';
const kinds: DirectoryKind[] = ['ALL', 'CHANNEL', 'STREAM'];

export interface PublicRoom {
  id: string;
  href: string;
  kind: RoomKind;
  name: string;
  topic: string | null;
  hereCount: number;
  memberCount: number;
  /** Some of those who are here. */
  faces: readonly Person[];
  isJoined: boolean;
  /** The viewer may not read it, nor know who is there. */
  isBanned?: boolean;
  /** It can only be read, until the viewer reopens it. */
  isArchived?: boolean;
}

export interface DirectoryProps {
  rooms: readonly PublicRoom[];
  kind: DirectoryKind;
  query: string;
  isLoading?: boolean;
  /** What stands above everything, such as the bar about the connection. */
  bar?: React.ReactNode;
  onKind?: (kind: DirectoryKind) => void;
  onQuery?: (query: string) => void;
  onNewRoom?: () => void;
  onJoin?: (room: PublicRoom) => void;
  onUnarchive?: (room: PublicRoom) => void;
  /** The end of the list is near. */
  onMore?: () => void;
}

/** Shows the public rooms and who is there. */
export function Directory(props: DirectoryProps) {
  const { words } = useLanguage();
  const { directory } = words;
  const main = useRef<HTMLElement>(null);
  useLostFocus(main);
  return (
    <main
      ref={main}
      className="pane directory"
      aria-label={directory.title}
      tabIndex={-1}
      onScroll={({ currentTarget: pane }) => {
        if (pane.scrollTop + 2 * pane.clientHeight > pane.scrollHeight) props.onMore?.();
      }}
    >
      {props.bar}
      <div className="directory-column">
        <div className="directory-head">
          <h1 className="grow">{directory.title}</h1>
          <button type="button" className="button primary" onClick={props.onNewRoom}>
            <Icon name="plus" size={16} />
            {directory.newRoom}
          </button>
        </div>
        <p>{directory.text}</p>
        <label className="find">
          <Icon name="search" size={16} />
          <input
            type="search"
            value={props.query}
            placeholder={directory.find}
            aria-label={directory.find}
            onChange={({ currentTarget }) => props.onQuery?.(currentTarget.value)}
          />
        </label>
        <Tabs
          label={directory.title}
          tabs={kinds.map((value) => ({ value, text: directory.kinds[value] }))}
          chosen={props.kind}
          onChoose={props.onKind}
        />
        <FoundCount query={props.query} isLoading={props.isLoading === true} count={props.rooms.length} />
        {props.rooms.length === 0 ? (
          props.isLoading ? (
            <Late />
          ) : (
            <NoRooms {...props} />
          )
        ) : (
          <ul>
            {props.rooms.map((room) => (
              <PublicRoomRow key={room.id} room={room} onJoin={props.onJoin} onUnarchive={props.onUnarchive} />
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}

function NoRooms({ query, onNewRoom }: DirectoryProps) {
  const { words } = useLanguage();
  if (query !== '') return <p className="empty">{words.nothingFound(query)}</p>;
  return (
    <div className="empty">
      <h2>{words.directory.empty}</h2>
      <div className="chips">
        <button type="button" className="button primary" onClick={onNewRoom}>
          {words.directory.makeFirst}
        </button>
      </div>
    </div>
  );
}

interface PublicRoomRowProps extends Pick<DirectoryProps, 'onJoin' | 'onUnarchive'> {
  room: PublicRoom;
}

function PublicRoomRow({ room, ...acts }: PublicRoomRowProps) {
  const { words, formats } = useLanguage();
  const { directory } = words;
  const { hereCount, memberCount } = room;
  return (
    <li className="directory-row">
      <RoomAvatar kind={room.kind} size={44} />
      <div className="grow">
        <h2 className="cut" dir="auto">
          <a href={room.href}>{room.name}</a>
        </h2>
        <div className="topic cut" dir="auto">
          {room.topic ?? words.onlyOnPage.noTopic}
        </div>
        {room.isBanned ? (
          <div className="counts">{words.faults.BANNED}</div>
        ) : (
          <div className="counts num">
            {hereCount > 0 && <span className="dot" />}
            <span className="cut">
              {hereCount > 0 ? directory.here(formats.number(hereCount)) : directory.nobody}
              <span aria-hidden="true"> · </span>
              {directory.members(formats.number(memberCount), memberCount)}
            </span>
          </div>
        )}
      </div>
      <div className="faces">
        {room.faces.slice(0, 3).map((person) => (
          <Avatar key={person.id} person={person} size={28} />
        ))}
      </div>
      {!room.isBanned && <RoomButton room={room} {...acts} />}
    </li>
  );
}

function RoomButton({ room, onJoin, onUnarchive }: PublicRoomRowProps) {
  const { words } = useLanguage();
  const { directory, roomMenu } = words;
  if (!room.isArchived && room.isJoined) {
    return (
      <a className="button outlined small" href={room.href} aria-label={`${directory.open}: ${room.name}`}>
        {directory.open}
      </a>
    );
  }
  const text = room.isArchived ? roomMenu.unarchive : directory.join;
  return (
    <button
      type="button"
      className={room.isArchived ? 'button outlined small' : 'button tinted small'}
      aria-label={`${text}: ${room.name}`}
      onClick={() => (room.isArchived ? onUnarchive?.(room) : onJoin?.(room))}
    >
      {text}
    </button>
  );
}
