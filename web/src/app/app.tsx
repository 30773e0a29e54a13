import type { Parley } from 'parley-client';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { type Language, type LanguageName, LanguageProvider, loadLanguage } from '../words/language.tsx';
import { CrashBoundary } from './crash-boundary.tsx';
import { keep } from './keep.ts';
import { LanguageChoice } from './language-choice.tsx';
import { followNewBuilds } from './new-build.ts';
import { followLinks } from './router.ts';
import { forgetToken, keptToken, openParley } from './session.ts';
import { type Leaving, SignedIn } from './signed-in.tsx';

const SignInFlow = lazy(() => import('../signin/sign-in-flow.tsx'));

interface AppProps {
  initialName: LanguageName;
  initialLanguage: Language;
}

/** The page: for somebody who is signed in, or the way in. */
export function App({ initialName, initialLanguage }: AppProps) {
  const [name, setName] = useState(initialName);
  const [language, setLanguage] = useState(initialLanguage);
  const [parley, setParley] = useState<Parley | null>(() => (keptToken() ? openParley(initialName) : null));
  const [left, setLeft] = useState<Leaving | null>(null);
  useEffect(followLinks, []);
  useEffect(() => followNewBuilds(), []);
  const choose = useCallback(async (chosen: LanguageName) => {
    const loaded = await loadLanguage(chosen, navigator.languages).catch(() => null);
    if (!loaded) return;
    keep('language', chosen);
    setLanguage(loaded);
    setName(chosen);
    document.documentElement.lang = chosen;
  }, []);
  const languageChoice = useMemo(() => [name, (chosen: LanguageName) => void choose(chosen)] as const, [name, choose]);
  /** Leaves what is unsent in this browser, for when its author is back. */
  const leave = useCallback((client: Parley, why: Leaving) => {
    client.dispose();
    forgetToken();
    setLeft(why);
    setParley(null);
  }, []);
  return (
    <LanguageProvider value={language}>
      <LanguageChoice value={languageChoice}>
        <CrashBoundary part="pane">
          {parley ? (
            <SignedIn parley={parley} onLeave={leave} />
          ) : (
            <Suspense>
              <SignInFlow
                left={left}
                language={name}
                onLanguage={choose}
                onSignedIn={() => setParley(openParley(name))}
              />
            </Suspense>
          )}
        </CrashBoundary>
      </LanguageChoice>
    </LanguageProvider>
  );
}
