import { useData } from '../app/data.ts';
import { BlockedDocument } from '../documents.ts';
import { usePersonActs } from '../members/use-person-acts.ts';
import { Avatar } from '../people/avatar.tsx';
import { useLanguage } from '../words/language.tsx';

/** Those whose messages are hidden. */
export function BlockedPeople() {
  const { words } = useLanguage();
  const [{ data }] = useData(BlockedDocument, {});
  const act = usePersonActs(null);
  const people = data?.viewer?.blockedUsers.nodes;
  return (
    <section>
      <h2>{words.profile.blocked}</h2>
      {people?.length === 0 && <p className="help">{words.profile.noBlocked}</p>}
      <ul>
        {people?.map((person) => (
          <li key={person.id} className="profile-row">
            <Avatar person={person} size={28} />
            <b className="grow cut" dir="auto">
              {person.displayName}
            </b>
            <button
              type="button"
              className="button outlined small"
              aria-label={`${words.person.unblock}: ${person.displayName}`}
              onClick={() => act(person, { type: 'unblock' })}
            >
              {words.person.unblock}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
