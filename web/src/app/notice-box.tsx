import { useStore } from 'parley-client/react';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';
import { Value } from './value.ts';

const lastsMs = 8000;

/** A text that is shown for a moment. */
export class BriefText extends Value<string | null> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a text for its whole time, also if it is shown already; null takes it away. */
  override set(text: string | null): void {
    clearTimeout(this.#timer);
    if (text) this.#timer = setTimeout(() => this.set(null), lastsMs);
    super.set(text);
  }
}

/** Shows a notice while there is one. */
export function NoticeBox({ notice }: { notice: BriefText }) {
  const { words } = useLanguage();
  const text = useStore(notice);
  return (
    <div role="alert">
      {text && (
        <div className="notice">
          <span className="grow">{text}</span>
          <IconButton icon="close" size={16} label={words.close} onClick={() => notice.set(null)} />
        </div>
      )}
    </div>
  );
}
