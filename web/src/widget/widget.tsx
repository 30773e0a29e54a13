import type { Parley } from 'parley-client';
import { ParleyProvider } from 'parley-client/react';
import { useState } from 'react';
import { useTrouble } from '../app/use-trouble.ts';
import { ConnectionBar } from '../room/connection-bar.tsx';
import { endText, type RoomEnd } from '../room/ended-room.tsx';
import { type Language, LanguageProvider, useLanguage } from '../words/language.tsx';
import type { Entrance } from './entrance.ts';
import { GuestEntry } from './guest-entry.tsx';
import type { Tell } from './host-events.ts';
import { Notice } from './notice.tsx';
import { RoomView } from './room-view.tsx';
import type { Settings } from './settings.ts';
import { useFoundRoom } from './use-found-room.ts';
import { useTold } from './use-told.ts';

/** What the host page can do with an open room. */
export interface Controls {
  send: (text: string) => void;
  markRead: () => void;
}

export interface WidgetProps {
  settings: Settings;
  language: Language;
  entrance: Entrance;
  parley: Parley | null;
  userId: string | null;
  isOver: boolean;
  tell: Tell;
  controls: { current: Controls | null };
}

/** One room, or what stands in its place. */
export function Widget(props: WidgetProps) {
  return (
    <LanguageProvider value={props.language}>
      <Content {...props} />
    </LanguageProvider>
  );
}

function Content(props: WidgetProps) {
  const { entrance, parley, isOver, settings } = props;
  if (parley && isOver) return <Over {...props} />;
  if (!parley) return <GuestEntry key={settings.server} entrance={entrance} guestName={settings.guestName} />;
  return (
    <ParleyProvider client={parley}>
      <FoundRoom key={`${settings.server} ${settings.room} ${entrance.visit}`} {...props} parley={parley} />
    </ParleyProvider>
  );
}

/** Says that the token is not valid. `getToken` may have another one by now. */
function Over({ entrance, userId }: WidgetProps) {
  const { words } = useLanguage();
  return (
    <Notice title={words.signIn.again} text={userId && words.signIn.againText}>
      {entrance.isAsking && (
        <p className="chips">
          <button type="button" className="button outlined" onClick={() => entrance.tryAgain()}>
            {words.tryAgain}
          </button>
        </p>
      )}
    </Notice>
  );
}

function FoundRoom(props: WidgetProps & { parley: Parley }) {
  const [hasEnded, setEnded] = useState(false);
  const { entrance, parley, settings, userId, tell } = props;
  const found = useFoundRoom(parley, { name: settings.room, joins: !entrance.isHosted, hasEnded });
  const trouble = useTrouble();
  const bar = (mayWrite: boolean) =>
    trouble && <ConnectionBar {...{ trouble, mayWrite }} onTry={() => entrance.tryAgain()} />;
  // What nobody may read is not gone: the host page may have no token for the visitor.
  if (found.status === 'loading' || !userId) return bar(false);
  if (found.status === 'ended') return <Ended end={found.end} tell={tell} />;
  const { room: known } = found;
  return <RoomView key={userId} {...props} {...{ userId, known, trouble, bar }} onEnded={() => setEnded(true)} />;
}

function Ended({ end, tell }: { end: RoomEnd; tell: Tell }) {
  const language = useLanguage();
  useTold(() => tell('parley-ended', { reason: end.type }));
  return <Notice title={endText(end, language)} />;
}
