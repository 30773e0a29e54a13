import { type ComponentType, useEffect, useRef, useState } from 'react';
import { useLanguage } from '../words/language.tsx';
import { showNotice } from './notice.tsx';

interface Closable {
  onClose: () => void;
}

type Load<Props> = () => Promise<ComponentType<Props>>;

const known = new WeakMap<object, unknown>();

/**
 * A part that lies over the page, and is loaded when it is first opened. If it cannot be loaded, a notice says so, and the next
 * time it is tried again. React's `lazy` would keep the failure, and take away what is below.
 */
export function Later<Props extends Closable>({ load, props }: { load: Load<Props>; props: Props }) {
  const { words } = useLanguage();
  const [Part, setPart] = useState(() => (known.get(load) as ComponentType<Props> | undefined) ?? null);
  const failed = useRef(() => {});
  failed.current = () => {
    showNotice(words.errors.NETWORK);
    props.onClose();
  };
  useEffect(() => {
    if (known.has(load)) return;
    let isOpen = true;
    load().then(
      (loaded) => {
        known.set(load, loaded);
        if (isOpen) setPart(() => loaded);
      },
      () => isOpen && failed.current(),
    );
    return () => {
      isOpen = false;
    };
  }, [load]);
  return Part && <Part {...props} />;
}
