import type { Outgoing } from 'parley-client';
import { showOverlay } from '../app/overlays.ts';
import { type Talk, useTalk } from '../app/talk.tsx';
import { Dialog } from '../overlays/dialog.tsx';
import { useLanguage } from '../words/language.tsx';

/** Signs the viewer out. Asks first if that would lose something. */
export function signOutOf(talk: Talk): void {
  if (talk.viewer.kind === 'GUEST' || unsentIn(talk) > 0) showOverlay({ type: 'signOut' });
  else talk.signOut();
}

function unsentIn({ parley: { outbox } }: Talk): number {
  return outbox.get().filter(isUnsent).length + outbox.elsewhere.get();
}

function isUnsent({ kind, state }: Outgoing): boolean {
  return kind === 'send' && state.get().status !== 'sent';
}

/** Says what signing out would lose, and asks once. */
export function SignOut({ onClose }: { onClose: () => void }) {
  const { words, formats } = useLanguage();
  const { profile } = words;
  const talk = useTalk();
  const { viewer } = talk;
  const unsent = unsentIn(talk);
  const leave = () => {
    onClose();
    talk.signOut();
  };
  return (
    <Dialog label={profile.signOutAsk} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          leave();
        }}
      >
        <h2>{profile.signOutAsk}</h2>
        {viewer.kind === 'GUEST' && <p dir="auto">{profile.signOutGuest(viewer.displayName)}</p>}
        {unsent > 0 && <p>{profile.signOutUnsent(formats.number(unsent), unsent)}</p>}
        <div className="dialog-buttons">
          <button type="button" className="button outlined" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button destroying">
            {profile.signOut}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
