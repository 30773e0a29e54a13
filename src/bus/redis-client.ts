import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import { openCluster } from './redis-cluster.ts';
import { connectionOptions } from './redis-connection.ts';

/** Opens a client of Redis, or of a Redis Cluster if `url` has the URLs of several nodes, separated by commas. */
export function openRedis(url: string, options: RedisOptions = {}): Redis | Cluster {
  const urls = url.split(',').map((one) => one.trim());
  return urls.length > 1 ? openCluster(urls, options) : new Redis(url, { ...connectionOptions, ...options });
}
