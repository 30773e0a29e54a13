/**
 * Numbers and inserts a message in one statement, for a server that neither groups messages nor checks authors. $1
 * message, $2 room, $3 author, $4 text, $5 client message id.
 */
export const sendStatement = `
  WITH head AS (
    UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + 1, "lastEventNumber" = "lastEventNumber" + 1
    WHERE "roomId" = $2 RETURNING *
  )
  INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
  SELECT $1::uuid, head."roomId", head."lastSequence", head."lastEventNumber", $3::uuid, $4, $5 FROM head
  RETURNING "id", "sequence", "createdAt"`;

/** Size of the connection pool: on two cores, more connections were not faster. */
export const poolSize = 16;
