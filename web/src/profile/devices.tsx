import { useState } from 'react';
import { useChange } from '../app/use-change.ts';
import { type ProfileQuery, RevokeSessionDocument } from '../documents.ts';
import { useLanguage } from '../words/language.tsx';
import { timeAgo } from '../words/past.ts';

type Session = NonNullable<ProfileQuery['viewer']>['sessions'][number];

/** The devices on which the viewer is signed in. */
export function Devices({ sessions }: { sessions: readonly Session[] }) {
  const { words, formats } = useLanguage();
  const { profile } = words;
  const revoke = useChange(RevokeSessionDocument);
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const end = async (sessionId: string) => {
    if (await revoke({ input: { sessionId } })) setEnded(new Set([...ended, sessionId]));
  };
  const rowOf = ({ id, isCurrent, createdAt, lastSeenAt }: Session) => {
    const name = isCurrent ? profile.thisDevice : `${profile.device}, ${formats.moment(createdAt)}`;
    return (
      <li key={id} className="profile-row">
        <span className="grow">
          <b>{name}</b>
          {!isCurrent && <span className="help">{profile.seen(timeAgo(lastSeenAt, Date.now(), formats))}</span>}
        </span>
        {!isCurrent && (
          <button
            type="button"
            className="button outlined small"
            aria-label={profile.endDevice(name)}
            onClick={() => void end(id)}
          >
            {profile.end}
          </button>
        )}
      </li>
    );
  };
  return (
    <section>
      <h2>{profile.devices}</h2>
      <ul>{sessions.filter(({ id }) => !ended.has(id)).map(rowOf)}</ul>
    </section>
  );
}
