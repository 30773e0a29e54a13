import { recordedKinds } from './kinds.ts';

interface PropertySource {
  property: string;
  sql: string;
  /** Types of the events that have it. */
  types: string[];
}

/**
 * Returns the queries for the own properties of events. Types share a query where possible, because each query is a
 * join.
 */
function propertySources(): PropertySource[] {
  const sources: PropertySource[] = [];
  for (const [type, { propertySql }] of Object.entries(recordedKinds)) {
    for (const [property, sql] of Object.entries(propertySql)) {
      const known = sources.find((source) => source.property === property && source.sql === sql);
      if (known) known.types.push(type);
      else sources.push({ property, sql, types: [type] });
    }
  }
  return sources;
}

const sources = propertySources();
const properties = sources.map(({ property }) => `'${property}', ${property}.value`);
// Joins, because sub-queries in the list of columns took twice as long.
const joins = sources.map(({ property, sql, types }) => {
  return `LEFT JOIN LATERAL (${sql}) ${property} ON e."type" IN (${types.map((type) => `'${type}'`).join(', ')})`;
});

/**
 * SQL: the next events of `want.room` that are rows `e`, each with its number and body. Properties of other types are
 * null.
 */
export const recordedEventsSql = `
  SELECT e."eventNumber" AS number, jsonb_build_object(
    'type', e."type", 'roomId', e."roomId", 'eventNumber', e."eventNumber", 'occurredAt', e."occurredAt",
    'actorId', e."actorId", 'actor', to_jsonb(actor), ${properties.join(', ')}
  ) AS body
  FROM "RoomEvent" e LEFT JOIN "User" actor ON actor."id" = e."actorId" ${joins.join(' ')}
  WHERE e."roomId" = want.room AND e."eventNumber" > want.after
  ORDER BY e."eventNumber" LIMIT want.size`;
