import { useId, useState } from 'react';
import { Dialog } from '../overlays/dialog.tsx';
import type { Person } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';

const times = [3600, 86400, 604800, 0] as const;
const reasonMaxLength = 500;

interface BanDialogProps {
  person: Person;
  /** `seconds`: 0 for no end. */
  onBan: (ban: { reason: string; seconds: number }) => void;
  onClose: () => void;
}

/** Asks why and for how long somebody is banned. */
export function BanDialog({ person, onBan, onClose }: BanDialogProps) {
  const { words } = useLanguage();
  const { ban } = words;
  const [reason, setReason] = useState('');
  const [seconds, setSeconds] = useState<number>(86400);
  const id = useId();
  return (
    <Dialog label={ban.title(person.displayName)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onBan({ reason: reason.trim(), seconds });
        }}
      >
        <h2 dir="auto">{ban.title(person.displayName)}</h2>
        <p>{ban.text}</p>
        <label className="field" htmlFor={id}>
          {ban.reason}
        </label>
        <input
          id={id}
          className="input"
          value={reason}
          maxLength={reasonMaxLength}
          aria-describedby={`${id}-help`}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <p className="help" id={`${id}-help`}>
          {ban.reasonHelp}
        </p>
        <fieldset>
          <legend className="field">{ban.until}</legend>
          {times.map((time) => (
            <label key={time} className="choice">
              <input type="radio" name={id} checked={time === seconds} onChange={() => setSeconds(time)} />
              <span>{ban.times[time]}</span>
            </label>
          ))}
        </fieldset>
        <div className="dialog-buttons">
          <button type="button" className="button outlined" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button destroying">
            {ban.ban}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
