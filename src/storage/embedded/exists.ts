import { stat } from 'node:fs/promises';

/** Resolves to whether a path exists. Rejects if the system does not say, for example because rights are missing. */
export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
