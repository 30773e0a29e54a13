import { Icon } from '../style/icon.tsx';
import type { IconName } from '../style/icons.ts';
import { useLanguage } from '../words/language.tsx';

interface BottomBarProps {
  at: 'chats' | 'discover' | 'you';
  unreadRooms: number;
}

/** Leads between the three roots on a phone. */
export function BottomBar({ at, unreadRooms }: BottomBarProps) {
  const { words, formats } = useLanguage();
  const roots: { name: BottomBarProps['at']; href: string; icon: IconName }[] = [
    { name: 'chats', href: '/', icon: 'chat' },
    { name: 'discover', href: '/rooms', icon: 'compass' },
    { name: 'you', href: '/me', icon: 'person' },
  ];
  return (
    <nav className="bottom-bar" aria-label={words.product}>
      {roots.map(({ name, href, icon }) => (
        <a key={name} href={href} aria-current={name === at ? 'page' : undefined}>
          <Icon name={icon} size={24} />
          {words.nav[name]}
          {name === 'chats' && unreadRooms > 0 && <span className="badge">{formats.number(unreadRooms)}</span>}
        </a>
      ))}
    </nav>
  );
}
