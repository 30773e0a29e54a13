import { memo } from 'react';
import { plainText } from '../log/plain-text.ts';
import { Avatar, RoomAvatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus, RoomKind } from '../people/person.ts';
import { firstName, typingText } from '../people/typing.tsx';
import { Icon } from '../style/icon.tsx';
import { type Language, useLanguage } from '../words/language.tsx';
import { rowTime } from '../words/past.ts';

/** The second line of a row: the first of these that there is. */
export type Preview =
  | { type: 'draft'; text: string }
  | { type: 'typing'; people: readonly Person[] }
  /** `author`: null where it need not be said, as in a conversation of two. */
  | { type: 'message'; author: 'viewer' | Person | null; text: string }
  | { type: 'none' };

export interface InboxEntry {
  id: string;
  href: string;
  kind: RoomKind;
  name: string;
  /** The other one in a conversation of two. */
  other: Person | null;
  presence: PresenceStatus | null;
  /** Of the newest message. */
  at: string | null;
  preview: Preview;
  unread: { value: number; isCapped: boolean };
  isSilenced: boolean;
}

interface InboxRowProps {
  entry: InboxEntry;
  isChosen: boolean;
  /** The Tab key leads to it. */
  isStop: boolean;
  now: number;
}

/** Shows a room or a conversation in the inbox. */
export const InboxRow = memo(function InboxRow({ entry, isChosen, isStop, now }: InboxRowProps) {
  const language = useLanguage();
  const { formats } = language;
  const { name, other, at, isSilenced } = entry;
  const unread = entry.unread.value;
  const time = at === null ? '' : rowTime(at, now, formats);
  return (
    <li data-id={entry.id}>
      <a
        className={unread > 0 && !isSilenced ? 'inbox-row unread' : 'inbox-row'}
        href={entry.href}
        tabIndex={isStop ? 0 : -1}
        aria-current={isChosen ? 'page' : undefined}
      >
        {other ? (
          <Avatar person={other} size={40} presence={entry.presence} />
        ) : (
          <RoomAvatar kind={entry.kind} size={40} />
        )}
        <div className="grow">
          <div className="inbox-line">
            <span className="inbox-name cut" dir="auto">
              {name}
            </span>
            <span className="unseen">{aboutOf(entry, unread, language)}</span>
            {at !== null && (
              <time className="inbox-time num" dateTime={at}>
                {time}
              </time>
            )}
          </div>
          <div className="inbox-line">
            <PreviewLine preview={entry.preview} />
            {isSilenced && <Icon name="bellOff" size={14} />}
            {unread > 0 && (
              <span className={isSilenced ? 'badge badge-quiet' : 'badge'} aria-hidden="true">
                {formats.capped(entry.unread)}
              </span>
            )}
          </div>
        </div>
      </a>
    </li>
  );
});

function PreviewLine({ preview }: { preview: Preview }) {
  const language = useLanguage();
  const text = textOf(preview, language);
  const author = authorOf(preview, language);
  const isTyping = preview.type === 'typing';
  return (
    <span className="preview">
      {author && (
        <b className={preview.type === 'draft' ? 'cut accent' : 'cut'}>
          <bdi>{author}</bdi>
        </b>
      )}
      <span className={isTyping ? 'cut accent' : 'cut'} dir="auto">
        {preview.type === 'none' ? <i>{text}</i> : text}
      </span>
    </span>
  );
}

function authorOf(preview: Preview, { words }: Language): string | null {
  if (preview.type === 'draft') return words.inbox.draft;
  if (preview.type !== 'message' || preview.author === null) return null;
  return `${preview.author === 'viewer' ? words.you : firstName(preview.author)}:`;
}

function textOf(preview: Preview, { words }: Language): string {
  if (preview.type === 'none') return words.inbox.noMessages;
  if (preview.type === 'typing') return typingText(preview.people, words);
  return plainText(preview.text);
}

/** Returns what colours, signs and numbers of a row say, in words for screen readers. */
function aboutOf(entry: InboxEntry, unread: number, { words, formats }: Language): string {
  const parts = [
    entry.presence && words.presence[entry.presence],
    unread > 0 && words.inbox.unread(formats.capped(entry.unread), unread),
    entry.isSilenced && words.inbox.silenced,
  ];
  return parts.map((part) => (part ? `, ${part}` : '')).join('');
}
