// The benchmark of presence and notifications: see bench/README.md for the method, `--help` for the options.
import { runBenchmark } from '../benchmark.js';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { planOf, readPresenceOptions } from './plan.js';
import { sections } from './report.js';

const options = readPresenceOptions();
await runBenchmark({
  folder: import.meta.dirname,
  title: 'Presence',
  isPinned: true,
  contestants,
  options,
  plan: planOf(options),
  sections,
  chart,
});
