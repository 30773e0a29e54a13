import { useRef } from 'react';
import { Avatar, RoomAvatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus, RoomKind } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import { useFocusAfterMembers } from './use-focus-after-members.ts';

export interface RoomHeadProps {
  kind: RoomKind;
  name: string;
  topic: string | null;
  /** The other one in a conversation of two. */
  other: Person | null;
  presence: PresenceStatus | null;
  /** How many are in the room now: null where that is not known or not shown. */
  hereCount: number | null;
  /** Who is typing, in words; shown in place of the topic on phones. */
  typing: string | null;
  isPhone: boolean;
  areMembersOpen: boolean;
  /** Null for those who are not members. */
  isSilenced: boolean | null;
  /** The viewer has no access any more. */
  hasEnded?: boolean;
  onBack?: () => void;
  onMembers?: () => void;
  onSilence?: () => void;
  onMenu?: (at: HTMLElement) => void;
}

/** Shows which room is open, and what can be done with it. */
export function RoomHead(props: RoomHeadProps) {
  const { words, formats } = useLanguage();
  const { other, isPhone, hereCount } = props;
  const buttons = useRef<HTMLDivElement>(null);
  useFocusAfterMembers(buttons, props.areMembersOpen);
  const typing = isPhone ? props.typing : null;
  const bell = props.isSilenced ? words.onlyOnPage.notificationsOff : words.onlyOnPage.notificationsOn;
  return (
    <header className="pane-head">
      {isPhone && <IconButton icon="back" size={24} label={words.back} onClick={props.onBack} />}
      {other ? <Avatar person={other} presence={props.presence} /> : <RoomAvatar kind={props.kind} />}
      <div className="grow">
        <h1 className="cut" dir="auto">
          {props.name}
        </h1>
        <div className={typing ? 'topic typing cut' : 'topic cut'} dir="auto">
          {typing ?? subtitle(props, words)}
        </div>
      </div>
      {!props.hasEnded && (
        <div ref={buttons} className="head-buttons">
          {!other && (hereCount !== null || isPhone) && (
            <button
              type="button"
              className="here"
              aria-expanded={props.areMembersOpen}
              aria-label={isPhone ? words.room.members : undefined}
              title={words.room.members}
              onClick={props.onMembers}
            >
              <span className="dot" />
              {hereCount !== null && <span>{words.room.here(formats.number(hereCount))}</span>}
              <Icon name="people" />
            </button>
          )}
          {!isPhone && props.isSilenced !== null && (
            <IconButton icon={props.isSilenced ? 'bellOff' : 'bell'} label={bell} onClick={props.onSilence} />
          )}
          <IconButton icon="more" label={words.more} onClick={({ currentTarget }) => props.onMenu?.(currentTarget)} />
        </div>
      )}
    </header>
  );
}

function subtitle({ other, presence, topic }: RoomHeadProps, words: ReturnType<typeof useLanguage>['words']): string {
  if (!other) return topic ?? words.onlyOnPage.noTopic;
  const status = presence ? words.presence[presence] : '';
  return [status, topic].filter(Boolean).join('. ');
}
