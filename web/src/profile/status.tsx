import { useId } from 'react';
import { useChange } from '../app/use-change.ts';
import { SetStatusDocument } from '../documents.ts';
import { textIn } from '../overlays/field.tsx';
import { useOwnPresence } from '../people/own-presence.ts';
import type { PresenceStatus } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { Choices } from './choices.tsx';

const statuses: readonly PresenceStatus[] = ['ONLINE', 'IDLE', 'DO_NOT_DISTURB', 'OFFLINE'];

/** What others see of the viewer: a status, and a text about it. */
export function Status({ statusText }: { statusText: string | null }) {
  const { words } = useLanguage();
  const { profile } = words;
  const setStatus = useChange(SetStatusDocument);
  const id = useId();
  const status = useOwnPresence()?.status ?? null;
  return (
    <>
      <Choices
        title={profile.status}
        text={{ ...words.presence, OFFLINE: profile.hidden }}
        values={statuses}
        chosen={status}
        onChoose={(chosen) => void setStatus({ input: { status: chosen } })}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void setStatus({ input: { statusText: textIn(new FormData(event.currentTarget), id) || null } });
        }}
      >
        <label className="field" htmlFor={id}>
          {profile.statusText}
        </label>
        <div className="profile-line">
          <input id={id} name={id} className="input" dir="auto" maxLength={100} defaultValue={statusText ?? ''} />
          <button type="submit" className="button outlined">
            {profile.save}
          </button>
        </div>
        <p className="help">{profile.statusHelp}</p>
      </form>
    </>
  );
}
