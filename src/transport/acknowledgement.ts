import { globalId } from '../base/ids.ts';
import type { Context } from '../graphql/context.ts';
import { spreadMs } from './close-in-slices.ts';

/** Returns the payload of `connection_ack`: whom the server has recognised, until when, and what time it is there. */
export function acknowledgementOf({ viewer }: Pick<Context, 'viewer'>): Record<string, unknown> {
  return {
    serverTime: new Date().toISOString(),
    userId: viewer && globalId('User', viewer.userId),
    sessionId: viewer && globalId('Session', viewer.sessionId),
    expiresAt: viewer?.expiresAt?.toISOString() ?? null,
    reconnectWithinMs: spreadMs,
  };
}
