import type { Plugin } from 'graphql-yoga';

/** Characters from which on it pays; small answers are quicker as text, with their head in one piece. */
const large = 64 * 1024;

/**
 * Makes bytes of large answers at once. Of a text, Yoga would keep the original until its peer has read it, beside the
 * bytes that Node.js has made of it: twice the memory, and one half of that in the heap, which is what ends a process.
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
