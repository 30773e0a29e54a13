import { useEffect } from 'react';

/** After this time, what the page opens with has been loaded. */
const afterMs = 1000;

/** What the page loads when it is first opened: menus, dialogs and panes. */
const parts: readonly (() => Promise<unknown>)[] = [
  () => import('./overlay.tsx'), // first: no letter typed after Ctrl+K is lost
  () => import('../log/log-overlays.tsx'),
  () => import('../room/room-menu.tsx'),
  () => import('../members/person-actions.tsx'),
  () => import('../members/members-pane.tsx'),
  () => import('../directory/directory-pane.tsx'),
  () => import('../profile/profile-page.tsx'),
];

/** Loads the other parts of the page a while after its start, so that they also open without a network. */
export function useLoadedAhead(): void {
  useEffect(() => {
    const load = async () => {
      for (const part of parts) await part();
    };
    const timer = setTimeout(() => void load().catch(() => {}), afterMs); // what is missing is loaded when it is opened
    return () => clearTimeout(timer);
  }, []);
}
