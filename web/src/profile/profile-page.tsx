import '../style/overlays.css';
import './profile.css';
import { useId } from 'react';
import { useAct, useData } from '../app/data.ts';
import { useLanguageChoice } from '../app/language-choice.tsx';
import { useTalk } from '../app/talk.tsx';
import { useChange } from '../app/use-change.ts';
import { ProfileDocument, SetStatusDocument, UpdateProfileDocument } from '../documents.ts';
import { textIn } from '../overlays/field.tsx';
import type { PresenceStatus } from '../people/person.ts';
import { type LanguageName, languages, useLanguage } from '../words/language.tsx';
import { BlockedPeople } from './blocked-people.tsx';
import { Choices } from './choices.tsx';
import { Devices } from './devices.tsx';
import { NotificationChoice } from './notification-choice.tsx';
import { OneField } from './one-field.tsx';
import { signOutOf } from './sign-out.tsx';
import { useTheme } from './theme.ts';

const statuses: readonly PresenceStatus[] = ['ONLINE', 'IDLE', 'DO_NOT_DISTURB', 'OFFLINE'];

/** What belongs to the viewer: name, status, language, colours, devices, blocked people. */
export default function ProfilePage() {
  const { words } = useLanguage();
  const { profile } = words;
  const talk = useTalk();
  const [{ data }] = useData(ProfileDocument, {});
  const viewer = data?.viewer;
  const [theme, setTheme] = useTheme();
  const [language, setLanguage] = useLanguageChoice();
  return (
    <main className="pane profile" aria-label={profile.title}>
      <div className="profile-column">
        <h1>{profile.title}</h1>
        {viewer && <Name key={viewer.user.displayName} {...viewer.user} />}
        {viewer && <Status key={viewer.user.presence.statusText} presence={viewer.user.presence} />}
        <Choices<LanguageName> title={profile.language} text={languages} chosen={language} onChoose={setLanguage} />
        <Choices title={profile.theme} text={profile.themes} chosen={theme} onChoose={setTheme} />
        <NotificationChoice />
        {viewer && <Devices sessions={viewer.sessions} />}
        <BlockedPeople />
        <div className="profile-foot">
          <button type="button" className="button outlined" onClick={() => signOutOf(talk)}>
            {profile.signOut}
          </button>
          <a href="/graphql">{words.onlyOnPage.explorer}</a>
        </div>
      </div>
    </main>
  );
}

function Name({ displayName, username }: { displayName: string; username: string }) {
  const { words } = useLanguage();
  const update = useAct(UpdateProfileDocument);
  const { announce } = useTalk();
  const save = async (text: string) => {
    const { data } = await update({ input: { displayName: text } });
    if (data?.updateProfile.user) announce(words.profile.saved);
    return data?.updateProfile.user ? null : words.signIn.nameWrong;
  };
  return (
    <OneField label={words.profile.name} help={`@${username}`} initial={displayName} maxLength={80} onSave={save} />
  );
}

interface StatusProps {
  presence: { readonly status: PresenceStatus; readonly statusText: string | null };
}

function Status({ presence }: StatusProps) {
  const { words } = useLanguage();
  const { profile } = words;
  const setStatus = useChange(SetStatusDocument);
  const id = useId();
  const { status } = presence;
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
          const statusText = textIn(new FormData(event.currentTarget), id) || null;
          void setStatus({ input: { status, statusText } });
        }}
      >
        <label className="field" htmlFor={id}>
          {profile.statusText}
        </label>
        <div className="profile-line">
          <input
            id={id}
            name={id}
            className="input"
            dir="auto"
            maxLength={100}
            defaultValue={presence.statusText ?? ''}
          />
          <button type="submit" className="button outlined">
            {profile.save}
          </button>
        </div>
        <p className="help">{profile.statusHelp}</p>
      </form>
    </>
  );
}
