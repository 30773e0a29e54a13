/** The public channels of a new server: a first visitor finds rooms to look at. */
export const defaultRooms = [
  { slug: 'general', name: 'General', topic: 'Everything and nothing. Say hello!' },
  { slug: 'cooking', name: 'Cooking', topic: 'What is on your stove tonight?' },
  { slug: 'travel', name: 'Travel', topic: 'Where to go, how to get there, what to eat.' },
  { slug: 'pets', name: 'Pets', topic: 'Cats, dogs and everybody else.' },
];
