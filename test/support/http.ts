export interface Reply {
  status: number;
  headers: Headers;
  /** What the body says as JSON; null for a body that is none. */
  body: { data?: unknown; errors?: { message: string; extensions: { code: string } }[] } | null;
}

/** Asks anything over HTTP: what is not a text is sent as JSON. */
export async function request(url: string, { body, ...options }: Omit<RequestInit, 'body'> & { body?: unknown }) {
  const response = await fetch(url, {
    ...options,
    headers: { 'content-type': 'application/json', ...options.headers },
    body:
      typeof body === 'string' || body === undefined || body instanceof ReadableStream ? body : JSON.stringify(body),
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) } satisfies Reply as Reply;
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return request(url, { method: 'POST', body, headers });
}

function parsed(text: string): Reply['body'] {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
