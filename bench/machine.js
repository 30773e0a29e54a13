import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** What a result was measured on. `isClean` is false when files of the checkout differ from the commit. */
export function describeMachine() {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    cpu: cpu?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release().split('-')[0]}`,
    /** What else it was doing: processes that ran or waited to, on average over the last minute. */
    loadAverage: loadavg()[0],
    node: process.version,
    commit: git('rev-parse', '--short=10', 'HEAD') || 'none',
    isClean: git('status', '--porcelain', '--', ':/', ':!/bench/results') === '',
  };
}

/** @param {string[]} args */
function git(...args) {
  return spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() ?? '';
}
