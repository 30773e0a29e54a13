import { LRUCache } from 'lru-cache';
import { coalesceDistinct } from '../base/coalesce.ts';
import type { Query } from '../storage/pool.ts';
import { hashOf } from './api-key.ts';

/** By hash, which is an index: how long the search takes says nothing about the keys that exist. */
const statement = `
  SELECT encode(want.hash, 'base64') AS hash, key."id" AS "sessionId", key."userId"
  FROM unnest($1::bytea[]) AS want(hash)
  CROSS JOIN LATERAL (SELECT "id", "userId" FROM "ApiKey" WHERE "hash" = want.hash LIMIT 1) key`;

/** Many more keys than the backends of one server have. */
const keptKeys = 1000;

/** The session of a key. */
interface Found {
  sessionId: string;
  userId: string;
}

/**
 * Returns a function that finds the session of an API key; null for an unknown key. The caller checks the session, which
 * ends when the key is revoked. A found key is cached, because its session never changes; unknown keys are not, so
 * that a new key works on every node at once.
 */
export function keyFinder(query: Query): (key: string) => Promise<Found | null> {
  const kept = new LRUCache<string, Found>({ max: keptKeys });
  const load = coalesceDistinct((hashes: string[]) => loadKeys(query, hashes));
  return async (key) => {
    const hash = hashOf(key).toString('base64');
    const found = kept.get(hash) ?? (await load(hash));
    if (found) kept.set(hash, found);
    return found;
  };
}

async function loadKeys(query: Query, hashes: string[]): Promise<(Found | null)[]> {
  const values = [hashes.map((hash) => Buffer.from(hash, 'base64'))];
  const rows = await query<Found & { hash: string }>('API keys', statement, values);
  const byHash = new Map(rows.map(({ hash, sessionId, userId }) => [hash, { sessionId, userId }]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
}
