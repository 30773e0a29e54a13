import { product } from './product.ts';

/** Returns the connection string of an embedded server. */
export function connectionUrl(password: string, port: string | number): string {
  return `postgresql://${product}:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}
