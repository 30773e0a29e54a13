-- Which event changed a message last. Null: none did. PostgreSQL does not rewrite the table for it.
ALTER TABLE "Message" ADD COLUMN "changeNumber" INTEGER;
