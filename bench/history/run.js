// The benchmark of reading history: see bench/README.md for the method, `--help` for the options.
import { runBenchmark } from '../benchmark.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { fillFor, planOf, readHistoryOptions } from './plan.js';
import { sections } from './report.js';

const options = readHistoryOptions();
const plan = planOf(options);
await runBenchmark({
  folder: import.meta.dirname,
  title: 'History',
  isPinned: false,
  contestants,
  options,
  plan,
  prepare: (temporary) => fillFor(plan, options.parley, temporary),
  sections,
  chart,
});
