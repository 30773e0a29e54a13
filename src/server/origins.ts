/**
 * Returns whether a page of this origin may use the API, for CORS and for WebSockets alike. A request without the header
 * comes from no browser, and the list is about browsers.
 */
export function isAllowedOrigin(origin: string | undefined, allowed: '*' | readonly string[]): boolean {
  return origin === undefined || allowed === '*' || allowed.includes(origin);
}
