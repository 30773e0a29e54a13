import { post } from './http.ts';

/** What a device sees of its user and itself. */
export interface SeenDevice {
  user: { id: string; username: string; displayName: string; avatarUrl: string | null };
  session: { id: string; deviceId: string | null; expiresAt: string };
  sessions: { id: string; deviceId: string | null }[];
  language: string;
}

const query = `{ viewer {
  user { id username displayName avatarUrl } session { id deviceId expiresAt } sessions { id deviceId } language } }`;

/** Returns what a device sees of itself; null if its token is refused. */
export async function seenBy(url: string, token: string, deviceId?: string): Promise<SeenDevice | null> {
  const { body } = await post(url, { query }, headersOf(token, deviceId));
  if (body?.errors?.[0]?.extensions.code === 'UNAUTHENTICATED') return null;
  return (body!.data as { viewer: SeenDevice }).viewer;
}

/** Returns the headers of a request of a device. */
export const headersOf = (token: string, deviceId?: string) => ({
  authorization: `Bearer ${token}`,
  ...(deviceId && { 'x-device-id': deviceId }),
});
