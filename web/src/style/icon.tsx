import { type IconName, icons } from './icons.ts';

/** Shows an icon. What stands around it has the label. */
export function Icon({ name, size = 18 }: { name: IconName; size?: 14 | 16 | 18 | 20 | 24 }) {
  return (
    <svg className={size === 18 ? 'icon' : `icon icon-${size}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  );
}

/** Shows the mark of Parley: two bubbles on a square. */
export function Mark({ size }: { size: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="7" fill="var(--accent)" />
      <path
        d="M6 8.2A2.2 2.2 0 0 1 8.2 6h5.6A2.2 2.2 0 0 1 16 8.2v2.6a2.2 2.2 0 0 1-2.2 2.2H9.6L7.3 15c-.5.4-1.3.1-1.3-.6V8.2Z"
        fill="#fff"
      />
      <path
        d="M17.6 10.4c.8.3 1.4 1.1 1.4 2v5.2c0 .6-.7.9-1.2.6L15.7 16.6h-3.5c-.8 0-1.5-.4-1.9-1h3.5a4 4 0 0 0 3.8-4v-1.2Z"
        fill="#fff"
        opacity=".65"
      />
    </svg>
  );
}
