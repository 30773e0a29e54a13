import { useEffect, useId, useRef, useState } from 'react';
import { signInFault } from '../signin/sign-in-fault.ts';
import { useLanguage } from '../words/language.tsx';
import type { Entrance } from './entrance.ts';
import { Notice } from './notice.tsx';

const nameMaxLength = 80;

/** Lets visitors in by a name, if the server takes guests. A name from the host page signs in by itself. */
export function GuestEntry({ entrance, guestName }: { entrance: Entrance; guestName: string | null }) {
  const { words } = useLanguage();
  const [areGuestsAllowed, setAllowed] = useState<boolean | null>(null);
  const entry = useEntry(entrance);
  const { enter } = entry;
  useEffect(() => {
    entrance.limits().then(
      ({ capabilities }) => setAllowed(capabilities.includes('GUESTS')),
      () => setAllowed(true), // the form says what is wrong
    );
  }, [entrance]);
  const isSelfEntering = guestName !== null && !entrance.isOver;
  useEffect(() => {
    if (isSelfEntering) void enter(guestName);
  }, [isSelfEntering, guestName, enter]);
  if (isSelfEntering && entry.fault === null) return <div className="grow" />;
  if (areGuestsAllowed === null) return <div className="grow" />;
  if (!areGuestsAllowed) return <Notice title={words.widget.signInHere} />;
  return <NameForm {...entry} isAgain={entrance.isOver} initial={guestName ?? ''} />;
}

function useEntry(entrance: Entrance) {
  const { words } = useLanguage();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const latest = useRef(words);
  latest.current = words;
  const enterAs = async (name: string) => {
    const words = latest.current;
    const length = [...name].length;
    if (length < 1 || length > nameMaxLength) return setFault(words.signIn.nameWrong);
    setBusy(true);
    setFault(null);
    try {
      await entrance.signInAsGuest(name);
    } catch (error) {
      setFault(signInFault((error as { code?: string }).code, words, words.faults.other));
    }
    setBusy(false);
  };
  const enter = useRef(enterAs).current;
  return { isBusy, fault, enter };
}

interface NameFormProps extends ReturnType<typeof useEntry> {
  isAgain: boolean;
  initial: string;
}

function NameForm({ isBusy, fault, enter, isAgain, initial }: NameFormProps) {
  const { words } = useLanguage();
  const { signIn } = words;
  const [name, setName] = useState(initial);
  const id = useId();
  return (
    <form
      className="entry"
      onSubmit={(event) => {
        event.preventDefault();
        void enter(name.trim());
      }}
    >
      <h2>{signIn.title}</h2>
      <p className="lead">{isAgain ? signIn.guestOver : signIn.lead}</p>
      <label htmlFor={id}>{signIn.name}</label>
      <input
        id={id}
        type="text"
        autoComplete="nickname"
        value={name}
        maxLength={2 * nameMaxLength}
        dir="auto"
        aria-invalid={fault !== null}
        aria-describedby={`${id}-help`}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <p
        id={`${id}-help`}
        className={fault === null ? 'help' : 'help wrong'}
        role={fault === null ? undefined : 'alert'}
      >
        {fault ?? signIn.nameHelp}
      </p>
      <button type="submit" className="button primary large" disabled={isBusy}>
        {signIn.start}
      </button>
    </form>
  );
}
