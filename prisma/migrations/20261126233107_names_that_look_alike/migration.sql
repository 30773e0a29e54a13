-- Both columns are filled by the nodes of this version, in the background: SQL cannot compute them.
ALTER TABLE "User" ADD COLUMN     "searchName" TEXT,
ADD COLUMN     "skeleton" TEXT;

CREATE UNIQUE INDEX "User_skeleton_key" ON "User"("skeleton");

-- The beginning of a folded name. The operator class makes LIKE use the index whatever the database's collation.
DROP INDEX "User_username_prefix_idx";
DROP INDEX "User_displayName_prefix_idx";
-- prisma/schema.prisma cannot express that, and leaves partial indexes alone: LIKE implies their condition.
CREATE INDEX "User_username_prefix_idx" ON "User" ("username" text_pattern_ops) WHERE "username" IS NOT NULL;
CREATE INDEX "User_searchName_prefix_idx" ON "User" ("searchName" text_pattern_ops) WHERE "searchName" IS NOT NULL;

-- Users without these columns, whom a node of an older version has created. Nearly always empty.
CREATE INDEX "User_unfolded_idx" ON "User" ("id") WHERE "skeleton" IS NULL OR "searchName" IS NULL;
