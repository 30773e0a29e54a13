import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import type { RowButtonProps } from './members.tsx';

/** Opens the menu of a member. */
export function MoreButton({ member, isActive, isStop, onPerson }: RowButtonProps) {
  const { words } = useLanguage();
  return (
    <IconButton
      icon="more"
      size={16}
      label={words.membersPane.about(member.person.displayName)}
      tabIndex={isStop ? 0 : -1}
      aria-haspopup="menu"
      aria-expanded={isActive}
      onClick={({ currentTarget }) => onPerson?.(member, currentTarget)}
    />
  );
}
