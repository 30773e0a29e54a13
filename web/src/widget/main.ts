import { ParleyRoom } from './element.tsx';

/** The attributes of the script that the element has under another name; the others are `data-` and its own name. */
const kept = ['data-guest-name'];
const passed = ['server', 'room', 'token', 'lang', 'theme', 'readonly', 'header', 'compact'];

if (!customElements.get('parley-room')) customElements.define('parley-room', ParleyRoom);
for (const script of document.querySelectorAll<HTMLScriptElement>('script[data-room]')) {
  if (script.src === import.meta.url) script.replaceWith(elementFor(script));
}

/** Returns the element that a script asks for with its data attributes. */
function elementFor(script: HTMLScriptElement): HTMLElement {
  const element = document.createElement('parley-room');
  const copy = (from: string, to: string) => {
    const value = script.getAttribute(from);
    if (value !== null) element.setAttribute(to, value);
  };
  for (const name of passed) copy(`data-${name}`, name);
  for (const name of kept) copy(name, name);
  for (const name of ['id', 'class']) copy(name, name);
  return element;
}
