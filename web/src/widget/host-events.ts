/** The events of the element, by name, with what their `detail` has. */
export interface HostEvents {
  'parley-ready': { roomId: string };
  'parley-message': { id: string; sequence: number; text: string | null; authorId: string | null; own: boolean };
  'parley-unread': { count: number };
  'parley-error': { code: string; message: string };
  'parley-signin': { userId: string };
  'parley-ended': { reason: 'signed-out' | 'removed' | 'banned' | 'left' | 'gone' };
  'parley-link': { href: string };
}

/** Tells the host page of something. Returns whether the widget shall do what it does by itself. */
export type Tell = <Name extends keyof HostEvents>(name: Name, detail: HostEvents[Name]) => boolean;

/** Returns what dispatches events at an element. They cross the borders of shadow roots. */
export function tellBy(element: HTMLElement): Tell {
  return (name, detail) =>
    element.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: name === 'parley-link' }),
    );
}
