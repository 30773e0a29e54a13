import base from '../style/base.css?inline';
import composer from '../style/composer.css?inline';
import log from '../style/log.css?inline';
import members from '../style/members.css?inline';
import menu from '../style/menu.css?inline';
import room from '../style/room.css?inline';
import tokens from '../style/tokens.css?inline';
import own from './widget.css?inline';

let made: CSSStyleSheet[] | null = null;

/** Returns the style sheets, which all elements of a page share. A policy of the host page does not touch them. */
export function sheets(): CSSStyleSheet[] {
  made ??= [tokens, base, room, log, composer, members, menu, own].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return made;
}
