/** Says where the server listens, which is when the load begins. @param {import('node:http').Server} server */
export function announce(server) {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    const address = server.address();
    if (address && typeof address === 'object') console.log(`ready ${address.port}`);
  });
}
