import { type KeyboardEvent, type Ref, useId, useRef, useState } from 'react';
import { useData } from '../app/data.ts';
import { useSettled } from '../app/settled.ts';
import { useTalk } from '../app/talk.tsx';
import { useIsConnected } from '../app/told-trouble.tsx';
import { FindPeopleDocument } from '../documents.ts';
import { Dialog } from '../overlays/dialog.tsx';
import { Avatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus } from '../people/person.ts';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import { FoundCount } from './found-count.tsx';
import { useEnter } from './use-enter.ts';

interface ChoosePeopleProps {
  title: string;
  /** What the button does with these people. */
  buttonFor: (count: number) => string;
  onChosen: (people: readonly Person[], form: FormData) => void;
  onClose: () => void;
  /** What stands under the list. */
  foot?: React.ReactNode;
  /** Fields for more about the choice. */
  fieldsFor?: (count: number) => React.ReactNode;
}

interface Listed extends Person {
  username: string;
  presence: { status: PresenceStatus };
}

/** Lets the viewer choose people by their names. Enter takes the first one; Backspace in an empty field leaves out the last. */
export function ChoosePeople(props: ChoosePeopleProps) {
  const { viewer } = useTalk();
  const { words } = useLanguage();
  const isConnected = useIsConnected();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const wanted = useSettled(query.trim());
  const [{ data, fetching }] = useData(FindPeopleDocument, { query: wanted });
  const isFree = ({ id }: Person) => id !== viewer.id && !chosen.some((one) => one.id === id);
  const found: readonly Listed[] = (data?.users.nodes ?? []).filter(isFree).slice(0, 6);
  const field = useRef<HTMLInputElement>(null);
  /** Takes the focus from the button of a person, which goes. */
  const choose = (people: readonly Person[]) => {
    setChosen(people);
    field.current?.focus();
  };
  const add = (person: Person) => {
    choose([...chosen, { id: person.id, displayName: person.displayName }]);
    setQuery('');
  };
  const isLoading = !data || fetching || wanted !== query.trim();
  const enter = useEnter({ query, isLoading }, () => found[0] && add(found[0]));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && query.trim() !== '') {
      event.preventDefault();
      enter(false);
    } else if (event.key === 'Backspace' && query === '') setChosen(chosen.slice(0, -1));
  };
  return (
    <Dialog label={props.title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen.length > 0) props.onChosen(chosen, new FormData(event.currentTarget));
        }}
      >
        <h2>{props.title}</h2>
        <PeopleField ref={field} query={query} onQuery={setQuery} onKeyDown={onKeyDown} />
        <Chosen people={chosen} onRemove={({ id }) => choose(chosen.filter((one) => one.id !== id))} />
        <ul className="choose-list">
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" className="menu-item" onClick={() => add(person)}>
                <Avatar person={person} size={28} presence={isConnected ? person.presence.status : null} />
                <span className="cut">
                  <bdi>{person.displayName}</bdi>
                </span>
                <span className="about cut">@{person.username}</span>
              </button>
            </li>
          ))}
        </ul>
        <FoundCount query={query} isLoading={isLoading} count={found.length} />
        {wanted !== '' && !isLoading && found.length === 0 && <p className="help">{words.nothingFound(wanted)}</p>}
        {props.fieldsFor?.(chosen.length)}
        <div className="dialog-buttons">
          {props.foot}
          <button type="button" className="button outlined" onClick={props.onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button primary" disabled={chosen.length === 0}>
            {props.buttonFor(chosen.length)}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface PeopleFieldProps {
  ref: Ref<HTMLInputElement>;
  query: string;
  onQuery: (query: string) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function PeopleField({ ref, query, onQuery, onKeyDown }: PeopleFieldProps) {
  const { words } = useLanguage();
  const id = useId();
  return (
    <>
      <label className="field" htmlFor={id}>
        {words.write.find}
      </label>
      <input
        ref={ref}
        id={id}
        className="input"
        dir="auto"
        autoComplete="off"
        value={query}
        onChange={({ currentTarget }) => onQuery(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </>
  );
}

function Chosen({ people, onRemove }: { people: readonly Person[]; onRemove: (person: Person) => void }) {
  const { words } = useLanguage();
  if (people.length === 0) return null;
  return (
    <ul className="chosen" aria-label={words.write.chosen}>
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            className="chip"
            aria-label={words.write.remove(person.displayName)}
            onClick={() => onRemove(person)}
          >
            <bdi className="cut">{person.displayName}</bdi>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
