/** What the messages say that are stored: a hundred characters. */
export const text =
  'A message of a hundred characters, as people write them, neither short nor long, and with no secret.';
