import type { Ref } from 'react';
import { useLanguage } from '../words/language.tsx';

export type WhyNoComposer =
  /** `mayWrite`: whether a member could write. */
  | { type: 'notJoined'; mayWrite: boolean }
  | { type: 'muted'; until: string | null }
  | { type: 'moderatorsOnly' }
  | { type: 'archived' };

interface ComposerInsteadProps {
  why: WhyNoComposer;
  onJoin?: () => void;
  ref?: Ref<HTMLDivElement>;
}

/** Says in the composer's place why the viewer cannot write here. */
export function ComposerInstead({ why, onJoin, ref }: ComposerInsteadProps) {
  const { words, formats } = useLanguage();
  const { composer } = words;
  const text =
    why.type === 'notJoined'
      ? why.mayWrite
        ? composer.joinTitle
        : composer.moderatorsOnly
      : why.type === 'muted'
        ? composer.muted(why.until && formats.until(why.until, Date.now()))
        : composer[why.type];
  return (
    <div className="composer">
      <div ref={ref} className="composer-instead" tabIndex={-1}>
        <span className="grow">{text}</span>
        {why.type === 'notJoined' && (
          <button type="button" className="button primary" onClick={onJoin}>
            {composer.join}
          </button>
        )}
      </div>
    </div>
  );
}
