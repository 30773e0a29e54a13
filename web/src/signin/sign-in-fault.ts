import type { Words } from '../words/en.ts';

/** Returns why a sign-in failed. `usual`: what to say of all other codes. */
export function signInFault(code: string | undefined, { signIn, faults }: Words, usual: string): string {
  if (code === 'NETWORK' || code === 'TIMEOUT') return signIn.noServer;
  return code === 'RATE_LIMITED' ? signIn.busy : code === 'INVALID_INPUT' ? faults.INVALID_INPUT : usual;
}
