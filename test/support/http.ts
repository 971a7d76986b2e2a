import type { ErrorBody } from '../../shared/errors.ts';

export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
  /** The body as it came. */
  text: string;
}

export interface Sender {
  origin: string;
}

/** POSTs JSON as the relay's own page does. `headers` replace or add; null takes one away. */
export async function post<T = ErrorBody>(
  relay: Sender,
  path: string,
  body: unknown,
  headers: Record<string, string | null> = {},
): Promise<Reply<T>> {
  const all = { origin: relay.origin, 'content-type': 'application/json', ...headers };
  const sent = Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null));
  const response = await fetch(relay.origin + path, {
    method: 'POST',
    headers: sent,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
  });
  return reply<T>(response);
}

/** GETs as the relay's own page does: same-origin GETs carry no Origin, but Sec-Fetch-Site. */
export async function get<T = unknown>(relay: Sender, path: string, headers: Record<string, string> = {}): Promise<Reply<T>> {
  const response = await fetch(relay.origin + path, {
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
    redirect: 'manual',
  });
  return reply<T>(response);
}

async function reply<T>(response: Response): Promise<Reply<T>> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : null) as T, text };
}

/** Cookies that an answer sets, as `name=value; attributes`. */
export function setCookies(reply: Pick<Reply<unknown>, 'headers'>): string[] {
  return reply.headers.getSetCookie();
}

/** The `Cookie` header that a browser would send back after this answer. */
export function cookieHeader(reply: Pick<Reply<unknown>, 'headers'>): string {
  return setCookies(reply)
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}
