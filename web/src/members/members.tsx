import { type ComponentType, memo, useEffect, useRef } from 'react';
import type { OneStop } from '../app/one-stop.ts';
import { useReturnOfFocus } from '../overlays/return-of-focus.ts';
import { Avatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus, RoomRole } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';

export interface Member {
  person: Person;
  role: RoomRole;
  presence: PresenceStatus | null;
  isMuted: boolean;
  /** What else is to say, such as until when somebody is banned. */
  note?: string | null;
}

export interface MembersProps {
  /** Null before it is known. */
  count: number | null;
  leaders: readonly Member[];
  /** Null if too many are here to name them. */
  here: readonly Member[] | null;
  hereCount: number;
  away: readonly Member[];
  /** Null if nobody knows who is here: `away` has all the others then. */
  awayCount: number | null;
  /** Those who are banned, for moderators. */
  banned?: { title: string; list: readonly Member[] };
  viewerId: string | null;
  /** They take the place of what opened them. */
  takesFocus: boolean;
  query: string;
  /** Makes the list one stop for the keyboard. */
  stop?: OneStop;
  /** Whose menu is open. */
  activeId?: string | null;
  onQuery?: (query: string) => void;
  onClose?: () => void;
  onPerson?: (member: Member, at: HTMLElement) => void;
  /** What stands beside the title. */
  headButton?: React.ReactNode;
  /** Opens what there is about a member. */
  rowButton?: ComponentType<RowButtonProps>;
  /** The end of the list is near. */
  onMore?: () => void;
  /** What stands below the list, or in its place. */
  children?: React.ReactNode;
}

/** Shows who belongs to a room, and who is in it now. */
export function Members(props: MembersProps) {
  const { words, formats } = useLanguage();
  const { members } = words;
  const box = useRef<HTMLElement>(null);
  useReturnOfFocus(box);
  const { takesFocus } = props;
  useEffect(() => {
    if (takesFocus) box.current!.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <aside ref={box} className="members" aria-label={members.title} tabIndex={-1}>
      <div className="members-head">
        <h2 className="grow">
          {members.title} {props.count !== null && <span className="num">{formats.number(props.count)}</span>}
        </h2>
        {props.headButton}
        <IconButton icon="close" label={words.close} onClick={props.onClose} />
      </div>
      <label className="find">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={props.query}
          placeholder={members.find}
          aria-label={members.find}
          onChange={({ currentTarget }) => props.onQuery?.(currentTarget.value)}
        />
      </label>
      <div
        className="members-list"
        {...props.stop?.keys}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollTop + 2 * list.clientHeight > list.scrollHeight) props.onMore?.();
        }}
      >
        <Section title={members.leaders} list={props.leaders} all={props} />
        {props.here ? (
          <Section title={members.here} count={props.hereCount} list={props.here} all={props} />
        ) : (
          <p className="members-many">
            <span className="dot" />
            {members.hereCount(formats.number(props.hereCount))}
          </p>
        )}
        <Section
          title={props.awayCount === null ? members.title : members.away}
          count={props.awayCount}
          list={props.away}
          all={props}
        />
        {props.banned && <Section {...props.banned} all={props} />}
        {props.children}
      </div>
    </aside>
  );
}

interface SectionProps {
  title: string;
  count?: number | null;
  list: readonly Member[];
  all: MembersProps;
}

function Section({ title, count, list, all }: SectionProps) {
  const { formats } = useLanguage();
  if (list.length === 0) return null;
  return (
    <section>
      <h3>
        {title} {count != null && <span className="num">{formats.number(count)}</span>}
      </h3>
      <ul>
        {list.map((member) => (
          <MemberRow
            key={member.person.id}
            member={member}
            isViewer={member.person.id === all.viewerId}
            isActive={member.person.id === all.activeId}
            isStop={member.person.id === all.stop?.stopId}
            onPerson={all.onPerson}
            button={all.rowButton}
          />
        ))}
      </ul>
    </section>
  );
}

export interface RowButtonProps {
  member: Member;
  isActive: boolean;
  isStop: boolean;
  onPerson: MembersProps['onPerson'];
}

interface MemberRowProps extends RowButtonProps {
  isViewer: boolean;
  button: MembersProps['rowButton'];
}

const MemberRow = memo(function MemberRow({ isViewer, button: Button, ...props }: MemberRowProps) {
  const { words } = useLanguage();
  const { member, isActive } = props;
  const { person, role, presence } = member;
  return (
    <li
      className={presence === 'OFFLINE' ? 'member away' : 'member'}
      data-id={person.id}
      data-active={isActive || undefined}
    >
      <Avatar person={person} size={28} isOwn={isViewer} presence={presence} />
      <span className="grow cut">
        <bdi>{person.displayName}</bdi> {isViewer && <i>{words.youMark}</i>}
        {presence && <span className="unseen">, {words.presence[presence]}</span>}
      </span>
      {member.note && (
        <span className="member-role cut" title={member.note}>
          {member.note}
        </span>
      )}
      {person.kind === 'BOT' && <span className="member-role">{words.bot}</span>}
      {role !== 'MEMBER' && <span className="member-role">{words.role[role]}</span>}
      {member.isMuted && (
        <span className="member-role" title={words.members.muted}>
          <Icon name="muted" size={14} />
          <span className="unseen">{words.members.muted}</span>
        </span>
      )}
      {Button && !isViewer && <Button {...props} />}
    </li>
  );
});
