import type { IncomingMessage } from 'node:http';
import { parsedUrl } from '../base/text.ts';

/**
 * Returns a function that returns the path of a request, and reduces the request's URL to path and query: some clients send
 * the whole URL. It returns null if the URL or the Host header cannot be parsed, which Yoga could not do either. The path
 * `usual` needs no parser while the Host header stays the same.
 */
export function pathReader(usual: string): (request: IncomingMessage) => string | null {
  let validHost: string | undefined;
  return (request) => {
    const { url = '/', headers } = request;
    const { host = 'parley' } = headers;
    if (url === usual && host === validHost) return url;
    const address = parsedUrl(url, `http://${host}`);
    if (!address) return null;
    validHost = host;
    request.url = address.pathname + address.search;
    return address.pathname;
  };
}
