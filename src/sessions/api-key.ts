import { createHash, randomBytes } from 'node:crypto';

/** Begins every key, so that scanners find keys in code and logs, and no other token begins with it. */
const prefix = 'parley_';

/** Returns a new key: nobody can guess one of 256 random bits, so its hash needs neither salt nor many rounds. */
export function newApiKey(): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Returns whether a token is an API key, valid or not. */
export function isApiKey(token: string): boolean {
  return token.startsWith(prefix);
}

/** Returns the hash under which a key is stored. */
export function hashOf(key: string): Buffer<ArrayBuffer> {
  return createHash('sha256').update(key).digest();
}
