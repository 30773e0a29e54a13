-- CreateTable
-- The fill factor leaves room in each page: every commit updates a row in place.
CREATE TABLE "WriterLane" (
    "id" UUID NOT NULL,
    "fence" INTEGER NOT NULL,
    "groupId" UUID,
    "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WriterLane_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 50);
