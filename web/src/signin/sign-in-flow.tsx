import '../style/overlays.css';
import '../style/signin.css';
import type { ParleyError } from 'parley-client';
import { useEffect, useState } from 'react';
import { kept } from '../app/keep.ts';
import { Late } from '../app/late.tsx';
import { areGuestsAllowed, signInAsGuest, signInWithToken } from '../app/session.ts';
import type { Leaving } from '../app/signed-in.tsx';
import { type LanguageName, useLanguage } from '../words/language.tsx';
import { SignIn } from './sign-in.tsx';
import { signInFault } from './sign-in-fault.ts';

interface SignInFlowProps {
  /** Why the last user of this page has left it. */
  left: Leaving | null;
  language: LanguageName;
  onLanguage: (language: LanguageName) => void;
  onSignedIn: () => void;
}

/** Signs somebody in. The address stays as it is, so that a link leads where it should afterwards. */
export default function SignInFlow({ left, language, onLanguage, onSignedIn }: SignInFlowProps) {
  const { words } = useLanguage();
  const [withGuests, setWithGuests] = useState<boolean | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    areGuestsAllowed().then(setWithGuests, () => setWithGuests(true));
  }, []);
  const attempt = async (signIn: Promise<void>, usualFault: string) => {
    setBusy(true);
    setFault(null);
    try {
      await signIn;
      onSignedIn();
    } catch (error) {
      setFault(signInFault((error as Partial<ParleyError>).code, words, usualFault));
      setBusy(false);
    }
  };
  if (withGuests === null) return <Late />;
  return (
    <SignIn
      key={String(withGuests)}
      areGuestsAllowed={withGuests}
      left={left}
      language={language}
      initialName={kept('name') ?? ''}
      isBusy={isBusy}
      fault={fault}
      onLanguage={onLanguage}
      onChange={() => setFault(null)}
      onName={(name) => attempt(signInAsGuest(name, language), words.errors.other)}
      onToken={(token) => attempt(signInWithToken(token), words.token.wrong)}
    />
  );
}
