// The benchmark of sending: see bench/README.md for the method, `--help` for the options.
import { runBenchmark } from '../benchmark.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { planOf, readSendOptions } from './plan.js';
import { sections } from './report.js';

const options = readSendOptions();
await runBenchmark({
  folder: import.meta.dirname,
  title: 'Sending',
  isPinned: false,
  contestants,
  options,
  plan: planOf(options),
  sections,
  chart,
});
