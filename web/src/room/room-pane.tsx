import { useRef } from 'react';
import { useLostFocus } from '../app/use-lost-focus.ts';

interface RoomPaneProps {
  name: string;
  head: React.ReactNode;
  /** The bar about the connection, and other notices. */
  bars?: React.ReactNode;
  /** The log, or what stands in its place. */
  children: React.ReactNode;
  composer?: React.ReactNode;
  /** The button to the newest messages. */
  jump?: React.ReactNode;
}

/** Arranges the parts of a room. */
export function RoomPane({ name, head, bars, children, composer, jump }: RoomPaneProps) {
  const pane = useRef<HTMLElement>(null);
  useLostFocus(pane);
  return (
    <main ref={pane} className="pane room-pane" aria-label={name} tabIndex={-1}>
      {head}
      {bars}
      {children}
      {jump}
      {composer}
    </main>
  );
}
