// A node reduced to its presence: has a user enter a place, says so, and waits to be killed.
import { openPresenceNode } from '../support/presence-node.ts';

const [url = '', place = '', userId = ''] = process.argv.slice(2);
const node = await openPresenceNode(url);
node.store.enter(place, userId);
if ((await node.who(place)).includes(userId)) console.log('entered');
