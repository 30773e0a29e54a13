import { freshDatabase } from './database.ts';
import { TcpProxy } from './proxy.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

export interface ProxiedServer {
  server: TestServer;
  /** The database, past the proxy. */
  directUrl: string;
  /** Forwards to the server's database. */
  proxy: TcpProxy;
  close(): Promise<void>;
}

/** Starts a server that reaches its database through a proxy, which a test can hold or close. */
export async function startProxiedServer(options: ServerOptions = {}): Promise<ProxiedServer> {
  const database = await freshDatabase();
  const url = new URL(database.url);
  const proxy = await TcpProxy.to(Number(url.port));
  Object.assign(url, { hostname: '127.0.0.1', port: String(proxy.port) });
  const server = await startServer({ ...options, databaseUrl: url.href, expectsFaults: true });
  return {
    server,
    directUrl: database.url,
    proxy,
    close: async () => {
      proxy.release();
      await server.close();
      await proxy.close();
      await database.drop();
    },
  };
}
