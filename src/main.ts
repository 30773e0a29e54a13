import { pino } from 'pino';
import { readConfig } from './config.ts';

const started = performance.now();

async function main(): Promise<void> {
  const config = readConfig();
  // Only now: libraries look at NODE_ENV when they are loaded.
  const { openApp } = await import('./app.ts');
  const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  const app = await openApp(config, { log });
  let stoppingSince = 0;
  const stop = async () => {
    const now = performance.now();
    // npm passes a terminal's Ctrl-C on, so that one may arrive twice. Asked again later means: at once.
    if (stoppingSince && now - stoppingSince > 1000) process.exit(1);
    if (stoppingSince) return;
    stoppingSince = now;
    await app.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    [
      `Parley ${app.services.version} is ready (${seconds} s).`,
      `  GraphiQL   ${app.url}   (open it in a browser; also HTTP and SSE)`,
      `  WebSocket  ${app.url.replace(/^http/, 'ws')}   (graphql-transport-ws)`,
      `  Data       ${config.databaseUrl ? 'the Postgres of DATABASE_URL' : config.dataDir}`,
      'Stop it with Ctrl-C.',
    ].join('\n'),
  );
}

try {
  await main();
} catch (error) {
  // What stops a start is one line that says what to do; a mistake in the program is told with its place.
  const isMistake = error instanceof TypeError || error instanceof ReferenceError;
  console.error(isMistake || !(error instanceof Error) ? error : error.message);
  process.exit(1);
}
