import type { Context } from '../graphql/context.ts';

type AccessEnd = NonNullable<Context['accessEnd']>;

interface Made<Result> {
  accessEnd: AccessEnd;
  make: (accessEnd: AccessEnd) => Promise<Result>;
  /** Resolves when all events of a room that were committed before the call are known. */
  confirm: (roomId: string) => Promise<void>;
}

/**
 * Makes a result with what is known of the reader's access to rooms. If the access to a room that the result asked about
 * has ended meanwhile, makes the result again: the first one may show something newer than the end.
 */
export async function withLastingAccess<Result>({ accessEnd, make, confirm }: Made<Result>): Promise<Result> {
  const readable = new Set<string>();
  const result = await make((roomId) => {
    const end = accessEnd(roomId);
    if (!end) readable.add(roomId);
    return end;
  });
  await Promise.all([...readable].map(confirm));
  return [...readable].some((roomId) => accessEnd(roomId)) ? make(accessEnd) : result;
}
