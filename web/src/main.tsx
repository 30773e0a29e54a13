import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { loadLanguage, preferredLanguage } from './words/language.tsx';
import './style/main.css';

const name = preferredLanguage(navigator.languages);
const language = await loadLanguage(name, navigator.languages);
document.documentElement.lang = name;
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <App initialName={name} initialLanguage={language} />
  </StrictMode>,
);
