/** The maximum of connections in each pool of a node. */
export interface PoolSizes {
  reads: number;
  /** One for each transaction that can run at a time. */
  writes: number;
  prisma: number;
}

/**
 * Divides the connections of a node, at least 4, among its pools. One connection in each pool would be enough, because no
 * work holds two. Writes get at least two, so that one group of messages can wait for a lock while another group is
 * written.
 */
export function poolSizes(connections: number): PoolSizes {
  const writes = Math.min(4, Math.max(2, Math.floor(connections * 0.3)));
  const reads = Math.floor((connections - writes) / 2);
  return { reads, writes, prisma: connections - writes - reads };
}
