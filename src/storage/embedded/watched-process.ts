import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './account.ts';

/** How the watching shell appears in a list of processes: see `vacate`. */
export const watcherName = 'parley-postgres';

// The shell sees its standard input end when this process is gone, however it went, and then asks the program to
// stop at once ("fast shutdown" to PostgreSQL). It ignores signals meant for the whole group or service, because
// only the program's end may be its own. The program's log is opened here so that its user owns it.
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

export type WatchedProcess = {
  /** Settles with the exit code when the program has ended, 1 if it was never started. Never rejects. */
  exited: Promise<number>;
  hasExited(): boolean;
  /** Asks the program to end; `exited` tells when it has. */
  stop(): void;
};

/**
 * Runs a program that does not outlive this process, not even one killed with its whole process group (it is in a
 * session of its own). `log` is relative to `cwd`; the program may enter `cwd` even where it cannot enter its parents.
 */
export function runWatched(options: {
  command: string;
  args: string[];
  cwd: string;
  log: string;
  account: Account;
}): WatchedProcess {
  const shell = spawn('/bin/sh', ['-c', watch, watcherName, options.log, options.command, ...options.args], {
    ...options.account,
    cwd: options.cwd,
    // Nothing of ours is passed on: PGPORT, PGOPTIONS and their like would change what it does.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.stdin.on('error', () => {}); // it may be gone when we write its end
  let ended = false;
  const exited = once(shell, 'exit').then(
    ([code]) => (code as number | null) ?? 1,
    () => 1,
  );
  void exited.then(() => {
    ended = true;
  });
  return { exited, hasExited: () => ended, stop: () => shell.stdin.end() };
}
