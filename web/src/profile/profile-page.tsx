import '../style/overlays.css';
import './profile.css';
import { useRef } from 'react';
import { ConnectionTrouble } from '../app/connection-trouble.tsx';
import { useAct, useData } from '../app/data.ts';
import { useLanguageChoice } from '../app/language-choice.tsx';
import { Late } from '../app/late.tsx';
import { useTalk } from '../app/talk.tsx';
import { troubleOf } from '../app/trouble.ts';
import { useLostFocus } from '../app/use-lost-focus.ts';
import { ProfileDocument, UpdateProfileDocument } from '../documents.ts';
import { type LanguageName, languages, useLanguage } from '../words/language.tsx';
import { BlockedPeople } from './blocked-people.tsx';
import { Choices } from './choices.tsx';
import { Devices } from './devices.tsx';
import { NotificationChoice } from './notification-choice.tsx';
import { OneField } from './one-field.tsx';
import { signOutOf } from './sign-out.tsx';
import { Status } from './status.tsx';
import { useTheme } from './theme.ts';

const nameMaxLength = 80;

/** What belongs to the viewer: name, status, language, colours, devices, blocked people. */
export default function ProfilePage() {
  const { words } = useLanguage();
  const { profile } = words;
  const talk = useTalk();
  const main = useRef<HTMLElement>(null);
  useLostFocus(main);
  const [{ data }] = useData(ProfileDocument, {});
  const viewer = data?.viewer;
  const [theme, setTheme] = useTheme();
  const [language, setLanguage] = useLanguageChoice();
  return (
    <main ref={main} className="pane profile" aria-label={profile.title} tabIndex={-1}>
      <ConnectionTrouble />
      <div className="profile-column">
        <h1>{profile.title}</h1>
        {!viewer && <Late />}
        {viewer && <Name {...viewer.user} />}
        {viewer && <Status statusText={viewer.user.presence.statusText} />}
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
    const { length } = [...text];
    if (length < 1 || length > nameMaxLength) return words.signIn.nameWrong;
    const trouble = troubleOf(await update({ input: { displayName: text } }), words);
    if (trouble === null) announce(words.profile.saved);
    return trouble?.text ?? null;
  };
  return (
    <OneField
      label={words.profile.name}
      help={`@${username}`}
      initial={displayName}
      maxLength={nameMaxLength}
      onSave={save}
    />
  );
}
