import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';

/** Leads back to the newest message, and counts those that came meanwhile. */
export function JumpButton({ count, onPress }: { count: number; onPress: () => void }) {
  const { words, formats } = useLanguage();
  return (
    <button type="button" className="jump" onClick={onPress} title={words.log.toNewest}>
      <Icon name="down" size={16} />
      {words.log.jump(formats.number(count), count)}
    </button>
  );
}
