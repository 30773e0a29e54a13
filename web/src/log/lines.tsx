import { memo } from 'react';
import { Emphasised } from '../people/emphasised.tsx';
import { Icon } from '../style/icon.tsx';
import { daysBetween } from '../words/formats.ts';
import { type Language, useLanguage } from '../words/language.tsx';
import type { LogItem } from './items.ts';

type Item<Type> = Extract<LogItem, { type: Type }>;

/** Shows where a day begins and, if new messages begin on the same place, how many. */
export function DayLine({ item, now }: { item: Item<'day'>; now: number }) {
  const { words, formats } = useLanguage();
  const days = daysBetween(item.at, now);
  const day = days === 0 ? words.log.today : days === 1 ? words.log.yesterday : formats.longDay(item.at, now);
  if (item.newCount === null) return <div className="line day">{day}</div>;
  const count = formats.capped({ value: item.newCount, isCapped: item.isCapped });
  return <div className="line day new">{words.log.newOnDay(day, count, item.newCount)}</div>;
}

export function NewLine({ count, isCapped }: { count: number; isCapped: boolean }) {
  const { words, formats } = useLanguage();
  return <div className="line new">{words.log.newMessages(formats.capped({ value: count, isCapped }), count)}</div>;
}

/** Tells who came and went. */
export const SystemLine = memo(function SystemLine({ item }: { item: Item<'system'> }) {
  const language = useLanguage();
  return (
    <div className="system" data-id={item.key}>
      <Icon name={item.event === 'ROOM_CREATED' ? 'plus' : 'enter'} size={16} />
      <span>
        <Emphasised text={sentence(item, language)} names={item.people.map(({ displayName }) => displayName)} />
        <time dateTime={item.at}>{language.formats.time(item.at)}</time>
      </span>
    </div>
  );
});

/** How many people a line names. */
const named = 2;

function sentence({ event, text, people }: Item<'system'>, { words, formats }: Language): string {
  const hidden = people.length - named;
  const names = people.slice(0, hidden > 1 ? named : named + 1).map(({ displayName }) => displayName);
  const others = hidden > 1 ? [words.log.others(formats.number(hidden), hidden)] : [];
  const list = formats.list([...names, ...others]);
  if (event === 'MEMBER_JOINED') return words.log.joined(list, people.length);
  if (event === 'MEMBER_LEFT') return words.log.left(list, people.length);
  if (event === 'MEMBER_REMOVED') return words.log.removed(list, people.length);
  if (event === 'UNKNOWN') return text ?? '';
  return names.length > 0 ? words.log.created(list) : words.log.createdUnknown;
}
