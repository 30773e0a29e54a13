import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Floating } from '../overlays/floating.tsx';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import { type EmojiGroup, findEmoji } from './emoji-names.ts';
import { firstEmoji, oftenUsed } from './first-emoji.ts';

interface EmojiPickerProps {
  anchor: HTMLElement;
  /** Eight at most, the most used first. */
  often?: readonly string[];
  /** Loads all emoji with their names; those at hand are shown meanwhile. */
  load: () => Promise<EmojiGroup[]>;
  onPick: (emoji: string) => void;
  onClose: () => void;
}

interface Section {
  title: string;
  emoji: readonly string[];
}

const columns = 8;

/** Lets pick an emoji for a reaction or a text. The field keeps the focus; arrows move in the grid. */
export function EmojiPicker({ anchor, often = oftenUsed, load, onPick, onClose }: EmojiPickerProps) {
  const { words } = useLanguage();
  const id = useId();
  const [groups, setGroups] = useState<EmojiGroup[]>([]);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    let isOver = false;
    const show = (loaded: EmojiGroup[]) => isOver || setGroups(loaded);
    load().then(show, () => {}); // without the network: those that are often used
    return () => {
      isOver = true;
    };
  }, [load]);
  const names = useMemo(() => namesOf(groups), [groups]);
  const sections = useMemo(
    () => sectionsOf({ groups, often, query, titles: words.emoji }),
    [groups, often, query, words],
  );
  const all = sections.flatMap(({ emoji }) => emoji);
  const chosen = all[at ?? 0];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && chosen) onPick(chosen);
    else if (event.key === 'Tab') onClose();
    else {
      const next = moved(event.key, at, all.length);
      if (next === null) return;
      setAt(next);
      document.getElementById(`${id} ${next}`)?.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  };
  let index = -1;
  return (
    <Floating anchor={anchor} onClose={onClose} className="floating picker" role="dialog" aria-label={words.emoji.find}>
      <div className="find">
        <Icon name="search" size={16} />
        <input
          ref={field}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={at === null ? undefined : `${id} ${at}`}
          aria-label={words.emoji.find}
          placeholder={words.emoji.find}
          value={query}
          onChange={({ currentTarget }) => {
            setQuery(currentTarget.value);
            setAt(null);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="picker-list" id={id} role="listbox" aria-label={words.emoji.find}>
        {sections.map(({ title, emoji }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options
          <div key={title} role="group" aria-label={title}>
            <div className="small-title">{title}</div>
            <div className="picker-grid" role="presentation">
              {emoji.map((one) => {
                index += 1;
                return (
                  <PickerButton
                    key={one}
                    id={`${id} ${index}`}
                    emoji={one}
                    name={names.get(one)}
                    isChosen={index === at}
                    onPick={onPick}
                  />
                );
              })}
            </div>
          </div>
        ))}
        {all.length === 0 && <p className="empty">{words.emoji.none}</p>}
      </div>
      {chosen && (
        <div className="picker-foot" aria-hidden="true">
          <span>{chosen}</span>
          {names.get(chosen)}
        </div>
      )}
    </Floating>
  );
}

interface PickerButtonProps {
  id: string;
  emoji: string;
  name: string | undefined;
  isChosen: boolean;
  onPick: (emoji: string) => void;
}

function PickerButton({ id, emoji, name, isChosen, onPick }: PickerButtonProps) {
  return (
    <button
      type="button"
      role="option"
      id={id}
      tabIndex={-1}
      aria-selected={isChosen}
      aria-label={name ?? emoji}
      title={name}
      onClick={() => onPick(emoji)}
    >
      {emoji}
    </button>
  );
}

interface Choice {
  groups: readonly EmojiGroup[];
  often: readonly string[];
  query: string;
  titles: ReturnType<typeof useLanguage>['words']['emoji'];
}

function sectionsOf({ groups, often, query, titles }: Choice): Section[] {
  if (query.trim() !== '') {
    const found = findEmoji(groups, query).map(({ emoji }) => emoji);
    return found.length > 0 ? [{ title: titles.find, emoji: found }] : [];
  }
  const first = often.slice(0, columns);
  const known = new Set(firstEmoji);
  const others = groups.map(({ group, emoji }) => ({
    title: group === 0 ? titles.faces : (titles.groups[group] ?? ''),
    emoji: emoji.flatMap(({ emoji: one }) => (known.has(one) ? [] : [one])),
  }));
  return [{ title: titles.often, emoji: first }, { title: titles.groups[0]!, emoji: firstEmoji }, ...others];
}

/** Returns the names, also of emoji that are written without the sign for colour. */
function namesOf(groups: readonly EmojiGroup[]): Map<string, string> {
  const all = groups.flatMap(({ emoji }) => emoji);
  return new Map(
    all.flatMap(({ emoji, name }) => [emoji, emoji.replace('\ufe0f', ''), `${emoji}\ufe0f`].map((one) => [one, name])),
  );
}

function moved(key: string, at: number | null, count: number): number | null {
  const step = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[key];
  if (step === undefined || count === 0) return null;
  if (at === null) return step > 0 ? 0 : null;
  return Math.max(0, Math.min(at + step, count - 1));
}
