export interface Reply {
  status: number;
  headers: Headers;
  /** The body parsed as JSON; null if it is not JSON. */
  body: { data?: unknown; errors?: { message: string; extensions: { code: string } }[] } | null;
}

/** Sends any body over HTTP: a text as it is, any other value as JSON. */
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
