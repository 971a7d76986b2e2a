import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Context } from '../context.ts';

/** For what a host page of any origin loads; under COEP it would be blocked without. */
export const CROSS_ORIGIN = {
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Access-Control-Allow-Origin': '*',
};

/** For an address that stands for its content. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

function policy(directives: Record<string, string>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join('; ');
}

const STRICT = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'media-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

/** The frame: nothing inline, only the relay, embedded by the site's own origins alone. */
export function framePolicy(origins: string[]): Record<string, string> {
  const ancestors = origins.length > 0 ? origins.join(' ') : "'none'";
  return {
    'Content-Security-Policy': policy({ ...STRICT, 'frame-ancestors': ancestors }),
    // A host page under COEP may embed only frames that carry it too.
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
}

/** Pages of the relay that nobody embeds: the console, the receipts. */
export const OWN_PAGE_POLICY = {
  'Content-Security-Policy': policy({ ...STRICT, 'frame-ancestors': "'none'" }),
  'X-Frame-Options': 'DENY',
};

/**
 * A form of the past, looked at again: it draws, and can do nothing. Its origin is nobody's, so it has no cookie and no
 * storage, and it may ask for nothing but its own files.
 */
export const SHOWN_POLICY = {
  'Content-Security-Policy': `${policy({ ...STRICT, 'connect-src': "'none'", 'frame-ancestors': "'self'" })}; sandbox allow-scripts`,
};

/** One line of text that anybody may embed: it does nothing. */
export const ENDED_POLICY = { 'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'" };

/** Pages without any script. */
export const PAGE_POLICY = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
};

/** The same around a form of the past. */
export const FRAMING_PAGE_POLICY = {
  ...PAGE_POLICY,
  'Content-Security-Policy': `${PAGE_POLICY['Content-Security-Policy']}; frame-src 'self'`,
};

/** Helmet's headers where they fit every answer; embedding, CSP and CORP are each route's own. */
export function baseHeaders(ctx: Context): RequestHandler {
  const tls = ctx.origin.startsWith('https:');
  return helmet({
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: false,
    xFrameOptions: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}
