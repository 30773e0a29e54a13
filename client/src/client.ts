import type { Parley, ParleyOptions } from './api.ts';
import { connect, type Environment, ordinary } from './connection/parley-connection.ts';
import { openParts } from './parts.ts';

/** Returns a client. It opens nothing before something is used. */
export function createParley(options: ParleyOptions): Parley {
  return createParleyIn(ordinary, options);
}

/** Returns a client with another clock and other random numbers. */
export function createParleyIn(environment: Environment, options: ParleyOptions): Parley {
  const [connection, parts] = connect(environment, options, openParts);
  return { ...parts, ...connection };
}
