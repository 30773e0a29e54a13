/** The text of the messages that are stored: 100 characters. */
export const text =
  'A message of a hundred characters, as people write them, neither short nor long, and with no secret.';
