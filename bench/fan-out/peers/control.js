/**
 * Publishes for the load: each line of standard input is one message, with a tab between room and text.
 * Ends the process when standard input ends, so that no server outlives the load.
 * @param {(room: string, text: string) => void} publish
 */
export function publishFromInput(publish) {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const tab = line.indexOf('\t');
      publish(line.slice(0, tab), line.slice(tab + 1));
    }
  });
  process.stdin.on('end', () => process.exit(0));
}
