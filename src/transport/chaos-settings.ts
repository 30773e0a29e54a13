import { z } from 'zod';

const every = z.int('expected a whole number').min(1, 'expected 1 or more').max(1_000_000, 'expected 1000000 or less');
const milliseconds = (max: number) =>
  z.int('expected a whole number of milliseconds').min(1, 'expected 1 or more').max(max, `expected ${max} or less`);

/** Names a misspelled setting in the reason of the close, but repeats nothing else that the client has sent. */
function refusal(issue: { code: string; [detail: string]: unknown }): string {
  if (issue.code !== 'unrecognized_keys') return 'expected an object';
  const [key] = issue.keys as string[];
  return /^[a-z]{1,30}$/i.test(key!) ? `there is no setting ${key}` : 'there is no such setting';
}

const settings = z.strictObject(
  {
    seed: z.int('expected a whole number').default(1),
    dropEvery: every.optional(),
    duplicateEvery: every.optional(),
    delayMs: milliseconds(10_000).optional(),
    closeEvery: every.optional(),
    expireTokenAfterMs: milliseconds(86_400_000).optional(),
    resetEvery: every.optional(),
  },
  { error: refusal },
);

/** The faults that a client asks for on its connection. docs/clients.md explains them. */
export type ChaosSettings = z.infer<typeof settings>;

/** Returns the settings, or in one line what is wrong with them. */
export function chaosSettings(given: unknown): ChaosSettings | string {
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${['chaos', ...(issue?.path ?? [])].join('.')}: ${issue?.message}`;
}
