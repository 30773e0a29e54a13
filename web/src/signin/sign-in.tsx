import { useId, useState } from 'react';
import type { Leaving } from '../app/signed-in.tsx';
import { Icon, Mark } from '../style/icon.tsx';
import { type LanguageName, languages, useLanguage } from '../words/language.tsx';

export interface SignInProps {
  /** Whether the server takes guests; without them, only a token signs in. */
  areGuestsAllowed: boolean;
  language: LanguageName;
  isBusy?: boolean;
  /** What the server said to the last attempt. */
  fault?: string | null;
  /** `over`: the drafts of the last user are kept. `lost`: the last user was a guest, who cannot come back. */
  left?: Leaving | null;
  initialName?: string;
  onName?: (name: string) => void;
  onToken?: (token: string) => void;
  /** Another way in is chosen: the fault of the last attempt is none of it. */
  onChange?: () => void;
  onLanguage?: (language: LanguageName) => void;
}

const nameMaxLength = 80;

/** Lets people in: by a name, or by a token that another page gave them. */
export function SignIn(props: SignInProps) {
  const { words } = useLanguage();
  const { signIn, token } = words;
  const [isToken, setToken] = useState(!props.areGuestsAllowed);
  const change = () => {
    setToken(!isToken);
    props.onChange?.();
  };
  const isAgain = props.left === 'over';
  const lead = isToken ? token.lead : props.left === 'lost' ? signIn.guestOver : signIn.lead;
  return (
    <div className="sign-in">
      <main>
        <Mark size={44} />
        <h1>{isAgain ? signIn.again : signIn.title}</h1>
        <p className="lead">{isAgain ? signIn.againText : lead}</p>
        {isToken ? <TokenForm {...props} /> : <NameForm {...props} />}
        {props.areGuestsAllowed && (
          <button type="button" className="button token-button" onClick={change}>
            <Icon name={isToken ? 'person' : 'accessKey'} size={16} />
            {isToken ? token.haveNot : token.have}
          </button>
        )}
      </main>
      <footer>
        {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields */}
        <div className="languages" role="group" aria-label={words.onlyOnPage.languages}>
          {(Object.keys(languages) as LanguageName[]).map((name) => (
            <button
              key={name}
              type="button"
              lang={name}
              aria-pressed={name === props.language}
              onClick={() => props.onLanguage?.(name)}
            >
              {languages[name]}
            </button>
          ))}
        </div>
        <span className="divider" />
        <a href="/graphql">{words.onlyOnPage.explorer}</a>
      </footer>
    </div>
  );
}

function NameForm({ initialName = '', onName, isBusy, fault }: SignInProps) {
  const { words } = useLanguage();
  const { signIn } = words;
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (name: string) => {
    const length = [...name].length;
    if (length < 1 || length > nameMaxLength) return setWrong(signIn.nameWrong);
    setWrong(null);
    onName?.(name);
  };
  return (
    <OneField
      label={signIn.name}
      initial={initialName}
      help={signIn.nameHelp}
      wrong={wrong ?? fault ?? null}
      button={signIn.start}
      isBusy={isBusy === true}
      autoComplete="nickname"
      onSubmit={submit}
    />
  );
}

function TokenForm({ onToken, isBusy, fault }: SignInProps) {
  const { token } = useLanguage().words;
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (given: string) => {
    setWrong(given === '' ? token.wrong : null);
    if (given !== '') onToken?.(given);
  };
  return (
    <OneField
      label={token.label}
      initial=""
      help={token.help}
      wrong={wrong ?? fault ?? null}
      button={token.use}
      isBusy={isBusy === true}
      autoComplete="off"
      onSubmit={submit}
    />
  );
}

interface OneFieldProps {
  label: string;
  initial: string;
  help: string;
  wrong: string | null;
  button: string;
  isBusy: boolean;
  autoComplete: string;
  onSubmit: (value: string) => void;
}

function OneField({ label, initial, help, wrong, button, isBusy, autoComplete, onSubmit }: OneFieldProps) {
  const id = useId();
  const [value, setValue] = useState(initial);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(value.trim());
      }}
    >
      <label className="field" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        value={value}
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: the page has nothing else to do
        autoFocus
        autoComplete={autoComplete}
        spellCheck={false}
        aria-invalid={wrong !== null}
        aria-describedby={`${id}-help`}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
      />
      <p className={wrong ? 'help wrong' : 'help'} id={`${id}-help`} role={wrong ? 'alert' : undefined}>
        {wrong ?? help}
      </p>
      <button type="submit" className="button primary large" disabled={isBusy}>
        {button}
      </button>
    </form>
  );
}
