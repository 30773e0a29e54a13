import { type KeyboardEvent, useId, useState } from 'react';
import { Dialog } from '../overlays/dialog.tsx';
import { Avatar, RoomAvatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus, RoomKind } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import { FoundCount } from './found-count.tsx';
import { matchOf } from './match.ts';
import { useEnter } from './use-enter.ts';

export type Found =
  | { type: 'person'; id: string; name: string; about: string | null; person: Person; presence: PresenceStatus | null }
  | { type: 'room'; id: string; name: string; about: string | null; kind: RoomKind };

export interface FindDialogProps {
  query: string;
  people: readonly Found[];
  rooms: readonly Found[];
  publicRooms: readonly Found[];
  /** What is shown was found for another query. */
  isLoading: boolean;
  onQuery: (query: string) => void;
  /** `writes`: to write to a person rather than to look. */
  onChoose: (found: Found, writes: boolean) => void;
  onSearchPublic: () => void;
  onClose: () => void;
}

const shown = 5;

/** Finds rooms and people by their names. */
export function FindDialog(props: FindDialogProps) {
  const { words } = useLanguage();
  const id = useId();
  const [at, setAt] = useState(0);
  const sections = [
    { title: words.find.people, found: props.people.slice(0, shown) },
    { title: words.find.rooms, found: props.rooms.slice(0, shown) },
    { title: words.find.publicRooms, found: props.publicRooms.slice(0, shown) },
  ].filter(({ found }) => found.length > 0);
  const all = sections.flatMap(({ found }) => found);
  const chosen = all[Math.min(at, all.length - 1)];
  const enter = useEnter(props, (writes) => chosen && props.onChoose(chosen, writes));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((Math.min(at, all.length - 1) + step + all.length) % Math.max(1, all.length));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) enter(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label={words.find.label} className="find-dialog" onClose={props.onClose}>
      <div className="find-field">
        <Icon name="search" size={20} />
        <input
          role="combobox"
          aria-expanded={all.length > 0}
          aria-controls={id}
          aria-activedescendant={chosen && `${id} ${chosen.id}`}
          aria-label={words.find.label}
          placeholder={words.find.label}
          value={props.query}
          onChange={({ currentTarget }) => {
            setAt(0);
            props.onQuery(currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="find-list" role="listbox" id={id} aria-label={words.find.label}>
        {sections.map(({ title, found }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options
          <div key={title} role="group" aria-label={title}>
            <div className="small-title">{title}</div>
            {found.map((one) => (
              <FoundRow key={one.id} id={`${id} ${one.id}`} found={one} isChosen={one === chosen} all={props} />
            ))}
          </div>
        ))}
      </div>
      <FoundCount {...props} count={all.length} />
      {all.length === 0 && props.query !== '' && !props.isLoading && <Nothing {...props} />}
      <Keys />
    </Dialog>
  );
}

interface FoundRowProps {
  id: string;
  found: Found;
  isChosen: boolean;
  all: FindDialogProps;
}

function FoundRow({ id, found, isChosen, all }: FoundRowProps) {
  const [before, match, after] = matchOf(found.name, all.query);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the keys are those of the field
    <div id={id} role="option" className="find-row" aria-selected={isChosen} onClick={() => all.onChoose(found, false)}>
      {found.type === 'person' ? (
        <Avatar person={found.person} size={28} presence={found.presence} />
      ) : (
        <RoomAvatar kind={found.kind} size={28} />
      )}
      <b className="cut">
        <bdi>
          {before}
          <mark>{match}</mark>
          {after}
        </bdi>
      </b>
      <span className="about cut">
        <bdi>{found.about}</bdi>
      </span>
      {isChosen && <kbd>↵</kbd>}
    </div>
  );
}

function Nothing({ query, onSearchPublic }: FindDialogProps) {
  const { words } = useLanguage();
  return (
    <div className="empty">
      <p>{words.nothingFound(query)}</p>
      <div className="chips">
        <button type="button" className="button outlined" onClick={onSearchPublic}>
          {words.find.searchPublic}
        </button>
      </div>
    </div>
  );
}

function Keys() {
  const { words } = useLanguage();
  return (
    <div className="find-foot" aria-hidden="true">
      <span>
        <kbd>↑</kbd>
        <kbd>↓</kbd>
        {words.find.move}
      </span>
      <span>
        <kbd>↵</kbd>
        {words.find.open}
      </span>
      <span>
        <kbd>Ctrl ↵</kbd>
        {words.find.send}
      </span>
    </div>
  );
}
