import { type ComponentType, type KeyboardEvent, useEffect, useRef } from 'react';
import { Icon } from '../style/icon.tsx';
import type { IconName } from '../style/icons.ts';
import { Floating } from './floating.tsx';
import type { Side } from './place.ts';
import { targetOf } from './target-of.ts';

export type MenuEntry =
  | { type: 'line' }
  | { type: 'item'; icon: IconName; text: string; isDestroying?: boolean; onChoose: () => void; staysOpen?: boolean }
  | SubmenuEntry;

/** An item that opens a menu of its own. `as`: what shows it; most menus do without. */
export interface SubmenuEntry {
  type: 'submenu';
  icon: IconName;
  text: string;
  items: MenuEntry[];
  as: ComponentType<{ entry: SubmenuEntry; onClose: () => void }>;
}

interface MenuProps {
  label: string;
  anchor: HTMLElement;
  entries: readonly MenuEntry[];
  /** What stands above the items, such as a person's card. */
  head?: React.ReactNode;
  side?: Side;
  width?: number;
  onClose: () => void;
}

/** A menu over the page. Arrows, Home, End and the first letter of an item move; Enter chooses. */
export function Menu({ label, anchor, entries, head, side, width = 232, onClose }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus(), []);
  return (
    <Floating
      anchor={anchor}
      {...(side && { side })}
      onClose={onClose}
      className="floating menu"
      style={{ width: `${width}px` }}
      onKeyDown={(event) => moveInMenu(event, onClose)}
    >
      {head}
      <div ref={list} role="menu" aria-label={label}>
        {entries.map((entry, index) => (
          <Entry key={entry.type === 'line' ? `line ${index}` : entry.text} entry={entry} onClose={onClose} />
        ))}
      </div>
    </Floating>
  );
}

function Entry({ entry, onClose }: { entry: MenuEntry; onClose: () => void }) {
  if (entry.type === 'line') return <hr className="menu-line" />;
  if (entry.type === 'submenu') return <entry.as entry={entry} onClose={onClose} />;
  const choose = () => {
    entry.onChoose();
    if (!entry.staysOpen) onClose();
  };
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={entry.isDestroying ? 'menu-item destroys' : 'menu-item'}
      onClick={choose}
      onPointerMove={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
    >
      <Icon name={entry.icon} size={16} />
      <span className="cut">{entry.text}</span>
    </button>
  );
}

function moveInMenu(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  event.stopPropagation(); // a submenu is inside its menu
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(':scope > [role=menu] > [role=menuitem]')];
  const at = items.indexOf(event.target as HTMLElement);
  const target = targetOf(event.key, items, at);
  if (target) target.focus();
  else if (event.key === 'ArrowRight' && items[at]?.hasAttribute('data-submenu')) items[at].click();
  else if (event.key === 'Tab' || event.key === 'ArrowLeft') onClose();
  else return;
  event.preventDefault();
}
