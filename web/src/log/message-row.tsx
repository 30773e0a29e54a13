import { memo } from 'react';
import { Avatar } from '../people/avatar.tsx';
import type { Person, RoomRole } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import type { Message, OwnState } from './message.ts';
import { MessageBody } from './message-body.tsx';
import { MessageState } from './message-state.tsx';
import { Reactions } from './reactions.tsx';
import { rowLabel } from './row-label.ts';
import { Toolbar } from './toolbar.tsx';

export interface MessageRowProps {
  message: Message;
  isFirst: boolean;
  isLast: boolean;
  isOwn: boolean;
  role?: RoomRole | undefined;
  state?: OwnState | undefined;
  /** The row that the keyboard is at; one row of the log is. */
  isStop?: boolean;
  /** Its menu or picker is open. */
  isActive?: boolean;
  /** Somebody jumped to it just now. */
  isMarked?: boolean;
  /** Its whole text and all its reactions are shown. */
  isUnfolded?: boolean;
  /** The viewer may react and reply here. */
  mayReact?: boolean;
  mayReply?: boolean;
  quickEmoji: readonly string[];
  /** The names of others open what there is about them. */
  opensPeople?: boolean | undefined;
}

/** Shows a message. Its buttons only name what they do (`data-act`); the log listens for all rows at once. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isFirst, isOwn, state } = props;
  const { words, formats } = useLanguage();
  const isUnfolded = props.isUnfolded === true;
  const isGone = message.deletedAt !== null || message.isHidden === true;
  const tabIndex = props.isStop ? 0 : -1;
  const time = <time dateTime={message.createdAt}>{formats.time(message.createdAt)}</time>;
  return (
    <article
      className={classesOf(props)}
      data-id={message.id}
      tabIndex={tabIndex}
      aria-label={rowLabel(message, { isOwn, state }, { words, formats })}
    >
      {isFirst ? <MessageHead {...props} time={time} /> : <span className="gutter">{time}</span>}
      <MessageBody {...{ message, isOwn, isUnfolded, tabIndex }} />
      {!isGone && message.reactionGroups.length > 0 && (
        <Reactions groups={message.reactionGroups} mayReact={props.mayReact === true} {...{ isUnfolded, tabIndex }} />
      )}
      {state && <MessageState state={state} mayRewrite={props.mayReply === true} />}
      {!isGone && !state && (
        <Toolbar mayReact={props.mayReact === true} mayReply={props.mayReply === true} quickEmoji={props.quickEmoji} />
      )}
    </article>
  );
});

function classesOf({ isFirst, isLast, isOwn, isActive, isMarked }: MessageRowProps): string {
  const classes = ['message', isFirst && 'first', isLast && 'last', isOwn && 'own', isActive && 'active'];
  return [...classes, isMarked && 'marked'].filter(Boolean).join(' ');
}

function MessageHead({ message, isOwn, opensPeople, role, time }: MessageRowProps & { time: React.ReactNode }) {
  const { words } = useLanguage();
  const { author } = message;
  if (!author) return null;
  return (
    <>
      <Avatar person={author} isOwn={isOwn} />
      <div className="message-head">
        <AuthorName {...{ author, isOwn, opensPeople }} />
        {author.kind === 'BOT' && <span className="role-chip">{words.bot}</span>}
        {!isOwn && role && role !== 'MEMBER' && <span className="role-chip">{words.role[role]}</span>}
        {time}
      </div>
    </>
  );
}

function AuthorName({
  author,
  isOwn,
  opensPeople,
}: Pick<MessageRowProps, 'isOwn' | 'opensPeople'> & { author: Person }) {
  const { words } = useLanguage();
  if (isOwn || !opensPeople) {
    return (
      <span className="author cut">
        <bdi>{isOwn ? words.you : author.displayName}</bdi>
      </span>
    );
  }
  return (
    <button type="button" className="author cut" data-act="person" tabIndex={-1}>
      <bdi>{author.displayName}</bdi>
    </button>
  );
}
