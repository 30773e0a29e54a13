import type { Plugin } from 'graphql-yoga';

/** Characters of the smallest large answer. A smaller one is faster as text, which is sent together with the headers. */
const large = 64 * 1024;

/** Returns the text of an answer, as bytes if it is large. */
export function bodyOf(text: string): string | Buffer<ArrayBuffer> {
  return text.length >= large ? Buffer.from(text) : text;
}

/**
 * Turns large answers into bytes at once. Yoga would keep the text until the peer has read it, in addition to the bytes
 * that Node.js makes of it. That is twice the memory, and the text is in the heap: the process ends when the heap exceeds
 * its limit.
 */
export const largeAnswersAsBytes: Plugin = {
  onYogaInit: ({ yoga: { fetchAPI } }) => {
    const { Response } = fetchAPI;
    fetchAPI.Response = class extends Response {
      constructor(body?: BodyInit | null, init?: ResponseInit) {
        super(typeof body === 'string' ? bodyOf(body) : body, init);
      }
    };
  },
};
