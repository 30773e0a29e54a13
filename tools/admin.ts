/**
 * `npm run admin`: API keys and administrators. It works on the database of this configuration, whether the server runs or
 * not. A running server notices each change within five seconds; new requests see it at once.
 */
import { runAdmin } from './admin-commands.ts';

const code = await runAdmin(process.argv.slice(2), process.env, console);
if (code !== 0) process.exit(code);
