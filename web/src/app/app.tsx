import { lazy, Suspense, useState } from 'react';
import { type Language, type LanguageName, LanguageProvider, loadLanguage } from '../words/language.tsx';

const SignInPage = lazy(() => import('../signin/sign-in-page.tsx'));

interface AppProps {
  initialName: LanguageName;
  initialLanguage: Language;
}

/** The page. */
export function App({ initialName, initialLanguage }: AppProps) {
  const [name, setName] = useState(initialName);
  const [language, setLanguage] = useState(initialLanguage);
  const choose = async (chosen: LanguageName) => {
    setLanguage(await loadLanguage(chosen, navigator.languages));
    setName(chosen);
    document.documentElement.lang = chosen;
  };
  return (
    <LanguageProvider value={language}>
      <Suspense>
        <SignInPage areGuestsAllowed language={name} onLanguage={choose} />
      </Suspense>
    </LanguageProvider>
  );
}
