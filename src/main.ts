import { pino } from 'pino';
import { packageVersion } from './base/package-root.ts';
import { endOnUncaught, stopOnSignals } from './base/stopping.ts';
import { misspelledVariables, readConfig } from './config.ts';

const started = performance.now();

async function main(): Promise<void> {
  const config = readConfig();
  // Loaded only now: libraries read NODE_ENV, which config.ts sets, when they are loaded.
  const { openApp } = await import('./app.ts');
  const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  endOnUncaught(log);
  for (const line of misspelledVariables()) log.warn(line);
  if (config.chaos)
    log.warn('CHAOS is on: clients can make this server drop, repeat and delay data. Never in production!');
  const app = await openApp(config, { log });
  stopOnSignals({ close: () => app.close(), log });

  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    [
      `Parley ${packageVersion} is ready (${seconds} s).`,
      `  Chat       ${new URL('/', app.url)}   (open it in a browser)`,
      `  GraphiQL   ${app.url}   (in a browser; also HTTP and SSE)`,
      `  WebSocket  ${app.url.replace(/^http/, 'ws')}   (graphql-transport-ws)`,
      `  Data       ${config.databaseUrl ? 'the PostgreSQL of DATABASE_URL' : config.dataDir}`,
      ...(config.chaos ? ['  CHAOS      on: clients can ask for faults. NEVER USE THIS IN PRODUCTION.'] : []),
      'Stop it with Ctrl-C.',
    ].join('\n'),
  );
}

try {
  await main();
} catch (error) {
  // An error that prevents the start is one line that says what to do. A mistake in the program needs its stack.
  const isMistake = error instanceof TypeError || error instanceof ReferenceError;
  console.error(isMistake || !(error instanceof Error) ? error : error.message);
  process.exit(1);
}
