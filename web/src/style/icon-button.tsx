import type { ButtonHTMLAttributes, Ref } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icons.ts';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: IconName;
  /** Says what it does, for tooltip and screen reader. */
  label: string;
  size?: 14 | 16 | 18 | 20 | 24;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size, className, ...rest }: IconButtonProps) {
  const names = className ? `icon-button ${className}` : 'icon-button';
  return (
    <button type="button" className={names} aria-label={label} title={label} {...rest}>
      <Icon name={icon} {...(size && { size })} />
    </button>
  );
}
