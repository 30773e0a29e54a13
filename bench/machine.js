import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** Describes the machine. `isClean` is false if files of the checkout differ from the commit. */
export function describeMachine() {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    cpu: cpu?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release().split('-')[0]}`,
    /** Load average of the last minute, to show what else the machine was doing. */
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
