import { Agent, request } from 'node:http';

/** Sends requests to a GraphQL server over HTTP, one after the other on a persistent connection. */
export class HttpCaller {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #place;

  /** @param {{ port: number, path: string, token?: string }} place */
  constructor({ port, path, token }) {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    this.#place = { agent: this.#agent, host: '127.0.0.1', port, path, method: 'POST', headers };
  }

  /** Resolves with the data; rejects if there is any error. @param {string} query @param {object} variables @returns {Promise<any>} */
  async ask(query, variables) {
    const { data, errors } = JSON.parse(await this.#post(JSON.stringify({ query, variables })));
    if (errors) throw new Error(errors[0].message);
    return data;
  }

  close() {
    this.#agent.destroy();
  }

  /** @param {string} body @returns {Promise<string>} */
  #post(body) {
    return new Promise((resolve, reject) => {
      const asked = request(this.#place, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
