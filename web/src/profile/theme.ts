import { useState } from 'react';
import { keep, kept } from '../app/keep.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** Returns the colours that this browser keeps, and a function that chooses others. index.html sets them at the start. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const known = kept('theme');
    return known === 'light' || known === 'dark' ? known : 'auto';
  });
  const choose = (chosen: Theme) => {
    keep('theme', chosen === 'auto' ? null : chosen);
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    setTheme(chosen);
  };
  return [theme, choose];
}
