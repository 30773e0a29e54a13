import { accountSql } from './about-message.ts';
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
// Joins, because sub-queries in the list of columns took twice as long. LATERAL with LIMIT 1, as storage/pool.ts says; the
// condition on the type is inside, so that nothing is looked up for other types.
const joins = sources.map(({ property, sql, types }) => {
  const isOfType = `e."type" IN (${types.map((type) => `'${type}'`).join(', ')})`;
  return `LEFT JOIN LATERAL (${sql} AND ${isOfType} LIMIT 1) ${property} ON true`;
});

/**
 * SQL: the next events of `want.room` that are rows `e`, each with its number and body. Properties of other types are
 * null.
 */
export const recordedEventsSql = `
  SELECT e."eventNumber" AS number, jsonb_build_object(
    'type', e."type", 'roomId', e."roomId", 'eventNumber', e."eventNumber", 'occurredAt', e."occurredAt",
    'actorId', e."actorId", 'actor', actor.body, ${properties.join(', ')}
  ) AS body
  FROM "RoomEvent" e LEFT JOIN LATERAL (${accountSql('e."actorId"')}) actor ON true ${joins.join(' ')}
  WHERE e."roomId" = want.room AND e."eventNumber" > want.after
  ORDER BY e."eventNumber" LIMIT want.size`;
