import { useId, useState } from 'react';
import { textIn } from '../overlays/field.tsx';
import { useLanguage } from '../words/language.tsx';

interface OneFieldProps {
  label: string;
  help: string;
  initial: string;
  maxLength: number;
  /** Resolves to what is wrong; null if it was saved. */
  onSave: (text: string) => Promise<string | null>;
}

/** A text that is saved by itself. */
export function OneField({ label, help, initial, maxLength, onSave }: OneFieldProps) {
  const { words } = useLanguage();
  const [wrong, setWrong] = useState<string | null>(null);
  const id = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(textIn(new FormData(event.currentTarget), id)).then(setWrong);
      }}
    >
      <label className="field" htmlFor={id}>
        {label}
      </label>
      <div className="profile-line">
        <input
          id={id}
          name={id}
          className="input"
          dir="auto"
          maxLength={maxLength}
          defaultValue={initial}
          aria-invalid={wrong !== null}
          aria-describedby={`${id}-help`}
        />
        <button type="submit" className="button outlined">
          {words.profile.save}
        </button>
      </div>
      <p
        className={wrong === null ? 'help' : 'help wrong'}
        id={`${id}-help`}
        role={wrong === null ? undefined : 'alert'}
      >
        {wrong ?? help}
      </p>
    </form>
  );
}
