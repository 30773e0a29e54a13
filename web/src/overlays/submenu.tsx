import { useState } from 'react';
import { Icon } from '../style/icon.tsx';
import { Menu, type MenuEntry, type SubmenuEntry } from './menu.tsx';

/** An item of a menu that opens another one beside it. */
export function Submenu({ entry, onClose }: { entry: SubmenuEntry; onClose: () => void }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        className="menu-item"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        data-submenu
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
        onPointerMove={({ currentTarget }) => anchor ?? currentTarget.focus({ preventScroll: true })}
      >
        <Icon name={entry.icon} size={16} />
        <span className="cut grow">{entry.text}</span>
        <Icon name="right" size={14} />
      </button>
      {anchor && (
        <Menu
          label={entry.text}
          anchor={anchor}
          side="beside"
          width={180}
          entries={entry.items.map((item) => closing(item, onClose))}
          onClose={() => setAnchor(null)}
        />
      )}
    </>
  );
}

/** Returns the entry of a submenu that closes the whole menu. */
function closing(item: MenuEntry, onClose: () => void): MenuEntry {
  if (item.type !== 'item') return item;
  return {
    ...item,
    onChoose: () => {
      item.onChoose();
      onClose();
    },
  };
}
