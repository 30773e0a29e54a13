// A node reduced to its presence: lets a user enter a topic, prints so, and waits to be killed.
import { openPresenceNode } from '../support/presence-node.ts';

const [url = '', topic = '', userId = ''] = process.argv.slice(2);
const node = await openPresenceNode(url);
node.store.enter(topic, userId);
if ((await node.who(topic)).includes(userId)) console.log('entered');
