// The fan-out benchmark: see bench/README.md for the method, `--help` for the options.
import { runBenchmark } from '../benchmark.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { planOf, readFanOutOptions } from './plan.js';
import { sections } from './report.js';

const options = readFanOutOptions();
await runBenchmark({
  folder: import.meta.dirname,
  title: 'Fan-out',
  isPinned: true,
  contestants,
  options,
  plan: planOf(options),
  sections,
  chart,
});
