import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { kept } from './app/keep.ts';
import { type LanguageName, languages, loadLanguage, preferredLanguage } from './words/language.tsx';
import './style/main.css';

const chosen = kept('language');
let name = chosen && chosen in languages ? (chosen as LanguageName) : preferredLanguage(navigator.languages);
const language = await loadLanguage(name, navigator.languages).catch(() => {
  name = 'en';
  return loadLanguage(name, navigator.languages);
});
document.documentElement.lang = name;
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <App initialName={name} initialLanguage={language} />
  </StrictMode>,
);
