/** Prints the address of the server when it listens. The load waits for this. @param {import('node:http').Server} server */
export function announce(server) {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 65_535 }, () => {
    const address = server.address();
    if (address && typeof address === 'object') console.log(`ready ${address.port}`);
  });
}
