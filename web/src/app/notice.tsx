import { useSyncExternalStore } from 'react';
import { IconButton } from '../style/icon-button.tsx';
import { useLanguage } from '../words/language.tsx';

const lastsMs = 8000;
let shown: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Says over the page why something did not work, where nothing else has a place for it; null takes it away. */
export function showNotice(text: string | null): void {
  clearTimeout(timer);
  shown = text;
  if (text !== null) timer = setTimeout(showNotice, lastsMs, null);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Notice() {
  const { words } = useLanguage();
  const text = useSyncExternalStore(subscribe, () => shown);
  return (
    <div role="alert">
      {text !== null && (
        <div className="notice">
          <span className="grow">{text}</span>
          <IconButton icon="close" size={16} label={words.close} onClick={() => showNotice(null)} />
        </div>
      )}
    </div>
  );
}
