import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { SECOND } from '../../shared/limits.ts';
import type { Outcome } from '../../shared/webhooks.ts';
import { addressFor, type Resolve, resolveByDns } from './addresses.ts';

/** From the first look at the name to the status. */
const ANSWER_WITHIN = 10 * SECOND;
/** An answer's body says nothing to us: so much of it is let through, so that a polite server is not cut off. */
const BODY_MAX = 64 * 1024;

export interface Posted {
  outcome: Outcome;
  /** The recipient did it (2xx), or took it to do it later (202). */
  is: 'done' | 'accepted' | 'failed';
  /** What the recipient asks to be left alone for; 0 where it asks nothing. */
  retryAfterMs: number;
}

export interface Way {
  /** http and this machine itself, for tests and development alone. */
  mayLoopback: boolean;
  resolve?: Resolve;
  timeoutMs?: number;
  /** Certificates to trust beside the usual ones. */
  ca?: string;
  signal?: AbortSignal;
}

const failed = (outcome: Outcome, retryAfterMs = 0): Posted => ({ outcome, is: 'failed', retryAfterMs });

/**
 * Posts once, to the one address that was looked at, follows nothing and believes no body. Never throws: what went wrong is
 * an outcome, in a word that can be shown and logged.
 */
export async function postOnce(url: string, headers: Record<string, string>, body: string, way: Way): Promise<Posted> {
  const { resolve = resolveByDns, timeoutMs = ANSWER_WITHIN, mayLoopback } = way;
  const target = new URL(url);
  if (target.protocol !== 'https:' && !mayLoopback) return failed('not_secure');
  const ended = AbortSignal.timeout(timeoutMs);
  const signal = way.signal ? AbortSignal.any([ended, way.signal]) : ended;
  const cut = (): Outcome => (ended.aborted ? 'timeout' : 'interrupted');
  const found = await Promise.race([addressFor(target.hostname, resolve, mayLoopback), aborted(signal)]);
  if (found === null) return failed(cut());
  if ('fault' in found) return failed(found.fault);
  return new Promise((settle) => {
    const sent = open(target, found.address, { ...headers, 'content-length': `${Buffer.byteLength(body)}` }, way, signal);
    sent.on('response', (answer) => settle(read(answer)));
    sent.on('error', (error: NodeJS.ErrnoException) => settle(failed(signal.aborted ? cut() : faultOf(error))));
    sent.end(body);
  });
}

/** The name goes into the request and into the check of the certificate; the connection to the address and nowhere else. */
function open(target: URL, address: string, headers: Record<string, string>, way: Way, signal: AbortSignal): ClientRequest {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const options = {
    method: 'POST',
    host: address,
    port: target.port || (target.protocol === 'https:' ? 443 : 80),
    path: target.pathname + target.search,
    headers: { host: target.host, ...headers },
    agent: false as const,
    signal,
  };
  if (target.protocol === 'http:') return httpRequest(options);
  return httpsRequest({ ...options, ...(isIP(host) === 0 && { servername: host }), ...(way.ca !== undefined && { ca: way.ca }) });
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function read(answer: IncomingMessage): Posted {
  const status = answer.statusCode ?? 0;
  let length = 0;
  answer.on('data', (part: Buffer) => {
    length += part.length;
    if (length > BODY_MAX) answer.destroy();
  });
  // The status is what counts; how the rest ends does not.
  answer.on('error', () => undefined);
  const seconds = Number(answer.headers['retry-after'] ?? 0);
  const retryAfterMs = Number.isInteger(seconds) && seconds > 0 ? seconds * SECOND : 0;
  if (status === 202) return { outcome: '202', is: 'accepted', retryAfterMs: 0 };
  if (status >= 200 && status < 300) return { outcome: `${status}`, is: 'done', retryAfterMs: 0 };
  return failed(`${status}`, retryAfterMs);
}

function faultOf({ code = '' }: NodeJS.ErrnoException): Outcome {
  const isCertificate = /CERT|SIGNATURE|ISSUER|ALTNAME|SELF_SIGNED|SSL|TLS|EPROTO/.test(code);
  return isCertificate ? 'bad_certificate' : 'unreachable';
}
