import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './account.ts';
import { product } from './product.ts';

/** Name of the watching shell in a list of processes; `isWatched` looks for it. */
export const watcherName = `${product}-postgres`;

// The shell's standard input ends when this process ends, for whatever reason. The shell then sends the program SIGINT,
// which is a "fast shutdown" for PostgreSQL. The shell ignores signals that are sent to a whole group or service, so that
// it ends only after the program. The shell opens the log, so that the program's user owns it.
const watch = `
umask 077
exec 3<&0 </dev/null >>"$1" 2>&1 || exit 126
shift
"$@" 3<&- &
program=$!
trap '' HUP INT TERM
{ read -r _ <&3; kill -INT "$program"; } &
reader=$!
exec 3<&-
wait "$program"
code=$?
kill -9 "$reader" 2>/dev/null
exit "$code"
`;

export interface WatchedProcess {
  /** Resolves with the exit code when the program has ended; 1 if it never started. Never rejects. */
  exited: Promise<number>;
  hasExited(): boolean;
  /** Asks the program to end; `exited` resolves when it has. */
  stop(): void;
}

interface Program {
  command: string;
  args: string[];
  /** The working directory. The program can run in it even if its user cannot enter the folders above. */
  cwd: string;
  /** Relative to `cwd`. */
  log: string;
  account: Account;
}

/**
 * Runs a program in a session of its own. The program ends when this process ends, even if the whole process group of
 * this process is killed.
 */
export function runWatched({ command, args, cwd, log, account }: Program): WatchedProcess {
  const shell = spawn('/bin/sh', ['-c', watch, watcherName, log, command, ...args], {
    ...account,
    cwd,
    // The environment is not inherited: PGPORT, PGOPTIONS and others would change how the program works.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.stdin.on('error', () => {}); // the shell may have ended before its input is closed
  let hasExited = false;
  const exited = once(shell, 'exit').then(
    ([code]) => (code as number | null) ?? 1,
    () => 1,
  );
  void exited.then(() => {
    hasExited = true;
  });
  return { exited, hasExited: () => hasExited, stop: () => shell.stdin.end() };
}
