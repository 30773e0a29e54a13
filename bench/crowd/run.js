// The benchmark of a crowd: see bench/README.md for the method, `--help` for the options.
import { runBenchmark } from '../benchmark.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { fillFor, planOf, readCrowdOptions } from './plan.js';
import { sections } from './report.js';

const options = readCrowdOptions();
await runBenchmark({
  folder: import.meta.dirname,
  title: 'Crowd',
  isPinned: true,
  contestants,
  options,
  plan: planOf(options),
  prepare: (temporary) => fillFor(options, temporary),
  sections,
  chart,
});
