import type { MouseEvent } from 'react';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';

/** Leads back to the newest message, and counts those that came meanwhile. It goes then, and leaves its focus to the log. */
export function JumpButton({ count, onPress }: { count: number; onPress: () => void }) {
  const { words, formats } = useLanguage();
  const press = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    currentTarget.parentElement?.querySelector<HTMLElement>('.log')?.focus({ preventScroll: true });
    onPress();
  };
  return (
    <button type="button" className="jump" onClick={press} title={words.log.toNewest}>
      <Icon name="down" size={16} />
      {words.log.jump(formats.number(count), count)}
    </button>
  );
}
