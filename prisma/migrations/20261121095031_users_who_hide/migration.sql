-- The few users who hide, to be left out where thousands are counted. The schema cannot say what it holds.
CREATE INDEX "User_hiding_idx" ON "User"("id") WHERE "chosenStatus" = 'OFFLINE';
