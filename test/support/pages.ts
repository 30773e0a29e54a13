/** The arguments of every connection, which select a page of its list. */
export interface Place {
  first?: number;
  after?: string | null;
  last?: number;
  before?: string | null;
}

/** The items of a page, and its position in the list. */
export interface Page<Item> {
  items: Item[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

interface Connection<Node> {
  edges: { node: Node }[];
  pageInfo: Omit<Page<never>, 'items'>;
}

/** Returns a page whose items are one property of each node. */
export function itemsOf<Node, Key extends keyof Node>(
  { edges, pageInfo }: Connection<Node>,
  key: Key,
): Page<Node[Key]> {
  return { items: edges.map(({ node }) => node[key]), ...pageInfo };
}

type Load<Item> = (place: Place) => Promise<Page<Item>>;

/** Returns all items of a list, read page by page from its start. */
export async function forward<Item>(load: Load<Item>, first: number): Promise<Item[]> {
  const page = await load({ first });
  const items = [...page.items];
  for (let at = page; at.hasNextPage; items.push(...at.items)) at = await load({ first, after: at.endCursor });
  return items;
}

/** Returns all items of a list in its order, read page by page from its end. */
export async function backward<Item>(load: Load<Item>, last: number): Promise<Item[]> {
  const page = await load({ last });
  const items = [...page.items];
  for (let at = page; at.hasPreviousPage; items.unshift(...at.items)) at = await load({ last, before: at.startCursor });
  return items;
}
