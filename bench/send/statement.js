/**
 * Numbers a message and inserts it, in one statement: as a server may do that neither groups messages nor checks who
 * writes. $1 message, $2 room, $3 author, $4 text, $5 the author's reference.
 */
export const sendStatement = `
  WITH head AS (
    UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + 1, "lastEventNumber" = "lastEventNumber" + 1
    WHERE "roomId" = $2 RETURNING *
  )
  INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
  SELECT $1::uuid, head."roomId", head."lastSequence", head."lastEventNumber", $3::uuid, $4, $5 FROM head
  RETURNING "id", "sequence", "createdAt"`;

/** Connections that send at once: more did not send more, on two cores. */
export const poolSize = 16;
