/** A network for HTTP that holds answers back. */
export function heldFetch() {
  let gate: Promise<void> | null = null;
  let open = () => {};
  let arrived = () => {};
  let arrival = Promise.resolve();
  return {
    hold(): void {
      gate = new Promise((resolve) => {
        open = resolve;
      });
      arrival = new Promise((resolve) => {
        arrived = resolve;
      });
    },
    release(): void {
      gate = null;
      open();
    },
    /** Resolves when an answer is held. */
    answered: () => arrival,
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await fetch(...request);
      const body = await response.text();
      arrived();
      await gate;
      return new Response(body, response);
    },
  };
}

/** A network for HTTP that fails for the next requests with this text. */
export function failingFetch(text: string) {
  let failures = 0;
  return {
    fail(count: number): void {
      failures = count;
    },
    fetch: async (...[address, init]: Parameters<typeof fetch>) => {
      if (failures === 0 || typeof init?.body !== 'string' || !init.body.includes(text)) return fetch(address, init);
      failures -= 1;
      throw new TypeError('fetch failed');
    },
  };
}
