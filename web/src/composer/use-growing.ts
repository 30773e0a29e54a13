import { type RefObject, useLayoutEffect } from 'react';

const growsByItself = () => typeof CSS !== 'undefined' && CSS.supports?.('field-sizing', 'content') === true;

/** Makes a field as high as its text, in browsers without `field-sizing`: Firefox, and Safari before 26. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const { current } = field;
    if (!current || growsByItself()) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
  }, [field, text]);
}
