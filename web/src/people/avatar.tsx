import type { CSSProperties } from 'react';
import { Icon } from '../style/icon.tsx';
import type { IconName } from '../style/icons.ts';
import { hueOf, initials, type Person, type PresenceStatus, type RoomKind } from './person.ts';

interface AvatarProps {
  person: Person;
  size?: number;
  isOwn?: boolean;
  /** Left out or null where it is not known. */
  presence?: PresenceStatus | null | undefined;
}

const presenceClasses: Record<PresenceStatus, string> = {
  ONLINE: 'presence',
  IDLE: 'presence presence-idle',
  DO_NOT_DISTURB: 'presence presence-dnd',
  OFFLINE: 'presence presence-off',
};

/** Shows a person as a circle with initials. Name and presence stand beside it as text. */
export function Avatar({ person, size = 36, isOwn = false, presence }: AvatarProps) {
  const style = { '--s': `${size}px`, '--h': hueOf(person.id) } as CSSProperties;
  return (
    <span className={isOwn ? 'avatar avatar-own' : 'avatar'} style={style} aria-hidden="true">
      {initials(person.displayName)}
      {presence && <span className={presenceClasses[presence]} />}
    </span>
  );
}

const roomIcons: Record<RoomKind, IconName> = {
  CHANNEL: 'hash',
  STREAM: 'radio',
  GROUP: 'people',
  DIRECT: 'person',
  SUPPORT: 'lifebuoy',
};

/** Shows a room as a grey square. */
export function RoomAvatar({ kind, size = 36 }: { kind: RoomKind; size?: number }) {
  return (
    <span className="avatar avatar-room" style={{ '--s': `${size}px` } as CSSProperties} aria-hidden="true">
      <Icon name={roomIcons[kind]} />
    </span>
  );
}
