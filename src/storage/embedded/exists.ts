import { stat } from 'node:fs/promises';

/** Resolves to whether a path exists. Rejects if that cannot be found out, for example without the rights. */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
