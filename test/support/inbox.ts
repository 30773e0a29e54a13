import { InboxDocument, type InboxQuery, type InboxQueryVariables } from '../generated/graphql.ts';
import type { Person } from './person.ts';

export type InboxEdge = NonNullable<InboxQuery['viewer']>['memberships']['edges'][number];

/** Returns a page of a person's memberships, newest activity first unless told otherwise, as ids of rooms. */
export async function inbox(person: Person, wanted: InboxQueryVariables = {}) {
  const { edges, pageInfo, totalCount } = (await person.ask(InboxDocument, wanted)).viewer!.memberships;
  return { items: edges.map(({ node }) => node.room.id), edges, ...pageInfo, total: totalCount };
}
