import { useState } from 'react';
import { Menu, type MenuEntry } from '../overlays/menu.tsx';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';

interface WidgetHeadProps {
  name: string;
  /** How many are in the room now; null if that is not known. */
  hereCount: number | null;
  areMembersOpen: boolean;
  onMembers: () => void;
  onRead: () => void;
  /** Null if the host page decides who is signed in. */
  onSignOut: (() => void) | null;
}

/** Shows which room this is, and who is in it. */
export function WidgetHead({ name, hereCount, areMembersOpen, onMembers, onRead, onSignOut }: WidgetHeadProps) {
  const { words, formats } = useLanguage();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <header className="widget-head" part="header">
      <div className="grow">
        <h2 className="cut" dir="auto">
          {name}
        </h2>
        {hereCount !== null && (
          <p className="here-now num">
            <span className="dot" />
            {words.members.hereCount(formats.number(hereCount))}
          </p>
        )}
      </div>
      <IconButton icon="people" label={words.room.members} aria-expanded={areMembersOpen} onClick={onMembers} />
      <IconButton
        icon="more"
        label={words.more}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      />
      {anchor && <WidgetMenu {...{ anchor, onRead, onSignOut }} onClose={() => setAnchor(null)} />}
    </header>
  );
}

interface WidgetMenuProps extends Pick<WidgetHeadProps, 'onRead' | 'onSignOut'> {
  anchor: HTMLElement;
  onClose: () => void;
}

/** Signing out asks once, in place of the entries: guests cannot come back. */
function WidgetMenu({ anchor, onRead, onSignOut, onClose }: WidgetMenuProps) {
  const { words } = useLanguage();
  const [isAsking, setAsking] = useState(false);
  const { signOut, signOutAsk } = words.widget;
  const leave = { type: 'item', icon: 'enter', text: signOut } as const;
  const entries: MenuEntry[] = [{ type: 'item', icon: 'check', text: words.message.markRead, onChoose: onRead }];
  if (onSignOut) entries.push({ ...leave, staysOpen: true, onChoose: () => setAsking(true) });
  const answers: MenuEntry[] = [
    { ...leave, isDestroying: true, onChoose: () => onSignOut?.() },
    { type: 'item', icon: 'close', text: words.cancel, onChoose: onClose },
  ];
  return (
    <Menu
      key={String(isAsking)} // so that the focus goes to the answers
      label={isAsking ? signOutAsk : words.more}
      head={isAsking && <p className="menu-question">{signOutAsk}</p>}
      anchor={anchor}
      entries={isAsking ? answers : entries}
      onClose={onClose}
    />
  );
}
