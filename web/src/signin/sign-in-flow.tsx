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
  const attempt = async (signIn: Promise<void>, faultOf: (error: ParleyError) => string) => {
    setBusy(true);
    setFault(null);
    try {
      await signIn;
      onSignedIn();
    } catch (error) {
      setFault(faultOf(error as ParleyError));
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
      onName={(name) => attempt(signInAsGuest(name, language), (error) => whyNot(error, words.errors.other))}
      onToken={(token) => attempt(signInWithToken(token), (error) => whyNot(error, words.token.wrong))}
    />
  );

  function whyNot({ code }: ParleyError, usual: string): string {
    if (code === 'NETWORK' || code === 'TIMEOUT') return words.signIn.noServer;
    return code === 'RATE_LIMITED' ? words.signIn.busy : code === 'INVALID_INPUT' ? words.faults.INVALID_INPUT : usual;
  }
}
