import type { Plugin } from 'graphql-yoga';

/** Characters of the smallest large answer. A smaller one is faster as text, which is sent together with the headers. */
const large = 64 * 1024;

/**
 * Turns large answers into bytes at once. Yoga would keep a text until the peer has read it, beside the bytes that Node.js
 * makes of it: twice the memory, and half of that in the heap, whose limit ends the process.
 */
export const largeAnswersAsBytes: Plugin = {
  onYogaInit: ({ yoga: { fetchAPI } }) => {
    const { Response } = fetchAPI;
    fetchAPI.Response = class extends Response {
      constructor(body?: BodyInit | null, init?: ResponseInit) {
        super(typeof body === 'string' && body.length >= large ? Buffer.from(body) : body, init);
      }
    };
  },
};
