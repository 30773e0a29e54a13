import { useEffect } from 'react';
import type { LanguageName } from '../words/language.tsx';
import { useLanguageChoice } from './language-choice.tsx';

/** After this time, what the page opens with has been loaded. */
const afterMs = 1000;

/** What the page loads when it is first opened: menus, dialogs and panes. */
const parts: readonly ((language: LanguageName) => Promise<unknown>)[] = [
  () => import('./overlay.tsx'), // first: no letter typed after Ctrl+K is lost
  () => import('../log/log-overlays.tsx'),
  () => import('../room/room-menu.tsx'),
  () => import('../members/person-actions.tsx'),
  () => import('../members/members-pane.tsx'),
  () => import('../directory/directory-pane.tsx'),
  () => import('../profile/profile-page.tsx'),
  async (language) => (await import('../emoji/emoji-names.ts')).loadEmoji(language),
];

/** Loads the other parts of the page a while after its start, so that they also open without a network. */
export function useLoadedAhead(): void {
  const [language] = useLanguageChoice();
  useEffect(() => {
    const load = async () => {
      for (const part of parts) await part(language);
    };
    const timer = setTimeout(() => void load().catch(() => {}), afterMs); // what is missing is loaded when it is opened
    return () => clearTimeout(timer);
  }, [language]);
}
