/** The maximum of connections in each pool of a node. */
export interface PoolSizes {
  /** For what each request needs: sessions, access, the log. */
  reads: number;
  /** For pages and lists; 0 if they share the connections for reads. */
  lists: number;
  /** One for each transaction that can run at a time. */
  writes: number;
  prisma: number;
}

/**
 * Divides the connections of a node, at least 4, among its pools. One connection in each pool would be enough, because no
 * work holds two. Writes get at least two, so that one group of changes can wait for a lock while another group is
 * written. Prisma gets at least two of five or more, so that a snapshot leaves one to other requests.
 */
export function poolSizes(connections: number): PoolSizes {
  const writes = Math.min(4, Math.max(2, Math.floor(connections * 0.3)));
  const others = connections - writes;
  const lists = others < 4 ? 0 : Math.floor(others / 3);
  const reads = Math.floor((others - lists) / 2);
  return { reads, lists, writes, prisma: others - lists - reads };
}
