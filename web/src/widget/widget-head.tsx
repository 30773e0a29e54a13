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
  const entries: MenuEntry[] = [{ type: 'item', icon: 'check', text: words.message.markRead, onChoose: onRead }];
  if (onSignOut) entries.push({ type: 'item', icon: 'enter', text: words.widget.signOut, onChoose: onSignOut });
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
      {anchor && <Menu label={words.more} anchor={anchor} entries={entries} onClose={() => setAnchor(null)} />}
    </header>
  );
}
