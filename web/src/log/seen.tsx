import { Avatar } from '../people/avatar.tsx';
import type { Person } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';

const shownFaces = 5;

/** Tells who has read the last message: in a conversation of two without names. */
export function Seen({ by, isDirect }: { by: readonly Person[]; isDirect: boolean }) {
  const { words, formats } = useLanguage();
  if (by.length === 0) return null;
  if (isDirect) {
    return (
      <div className="seen">
        <Icon name="check" size={14} />
        {words.onlyOnPage.seen}
      </div>
    );
  }
  const hidden = by.length - 1;
  const first = by[0]!.displayName;
  const names = hidden > 0 ? [first, words.log.others(formats.number(hidden), hidden)] : [first];
  return (
    <div className="seen">
      {by.slice(0, shownFaces).map((person) => (
        <Avatar key={person.id} person={person} size={16} />
      ))}
      {words.onlyOnPage.seenBy(formats.list(names))}
    </div>
  );
}
