let lastMs = 0;
let counter = 0;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** Returns a UUIDv7 (RFC 9562) that is greater than all earlier ones of this process, also if the clock goes back. */
export function newClientMessageId(now = Date.now()): string {
  const random = crypto.getRandomValues(new Uint16Array(5));
  if (now > lastMs) {
    lastMs = now;
    counter = random[0]! & 0x7ff; // half of the range stays free for ids of the same millisecond
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const time = hex(lastMs, 12);
  const [, a, b, c, d] = random;
  const tail = `${hex((a! & 0x3fff) | 0x8000, 4)}-${hex(b!, 4)}${hex(c!, 4)}${hex(d!, 4)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${tail}`;
}

/** Whether the server takes this id as that of the message itself. */
export const isUuid7 = (id: string): boolean =>
  /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(id);

/** Returns the global id of the message that is sent with this UUIDv7 as `clientMessageId`. */
export const messageId = (clientMessageId: string): string =>
  btoa(`Message:${clientMessageId.toLowerCase()}`).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
