import type { ErrorBody, ErrorCode } from '../shared/errors.ts';
import { OPEN_TIMEOUT, SECOND } from '../shared/limits.ts';

/** That the relay refused, and why; or that no answer came. */
export interface Refusal {
  ok: false;
  code: ErrorCode | 'unreachable';
  body: Partial<ErrorBody> & Record<string, unknown>;
}

/** An answer of the relay, or that there was none. */
export type Reply<Data> = { ok: true; data: Data } | Refusal;

/**
 * Asks the relay over HTTP: a POST with `body`, or a GET without. No answer by then counts as none: words take time too.
 * What is posted arrives though the page is left: a refusal most of all.
 */
export async function ask<Data>(path: string, body?: unknown, timeout = OPEN_TIMEOUT - SECOND / 2): Promise<Reply<Data>> {
  try {
    const response = await fetch(path, {
      ...(body !== undefined && {
        method: 'POST',
        keepalive: true,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(timeout),
    });
    const answer = await response.json();
    if (response.ok) return { ok: true, data: answer };
    return { ok: false, code: answer.error?.code ?? 'internal', body: answer };
  } catch {
    return { ok: false, code: 'unreachable', body: {} };
  }
}
