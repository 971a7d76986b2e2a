import { join, resolve } from 'node:path';
import { z } from 'zod';
import { durationMs, LONGEST_PERIOD } from '../shared/durations.ts';
import { MINUTE } from '../shared/limits.ts';
import { isStrongPassword } from './agents/passwords.ts';

/** The only reader of the environment. Everything else receives what it needs. */

export interface Config {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  dataDir: string;
  /** The relay's public origin; null means `http://localhost:<port>`. */
  publicUrl: string | null;
  /** Base64 or hex of 32 bytes; null means a key file in the data folder. */
  masterKey: string | null;
  /** The one that a rotation goes on to; null means a new file beside the old one. */
  nextMasterKey: string | null;
  /** How many proxies in front are ours: whose X-Forwarded-For entry is believed. */
  trustProxy: number;
  owner: { email: string; password: string } | null;
  /** PostgreSQL; null means an SQLite file in the data folder. */
  databaseUrl: string | null;
  /** Where signed tree heads are kept beside the database: a file that is only added to, an address that they are posted to. */
  heads: { file: string | null; url: string | null };
  /** Where erasures are written down beside the database: a file that is only added to. A restore does again what it says. */
  erasuresFile: string;
  /** Recipients may be http, and this machine itself: for tests and development. */
  webhooksToLoopback: boolean;
  /** Where the audit is copied off this host: a file that is only added to, an address that it is posted to. */
  audit: {
    file: string | null;
    url: string | null;
    /** How long its lines are kept, ISO 8601. */
    keep: string;
  };
  /** How long the relay keeps what is its own (PR-60). */
  keep: {
    /** Ended sessions and one-time links of staff, milliseconds. */
    security: number;
    /** The record of a request by right, from its answer, ISO 8601. */
    requests: string;
    /** An entry of the register of breaches, from its decision, ISO 8601. */
    breaches: string;
  };
  /** Further origins that may embed the demo site. */
  demoOrigins: string[];
  dev: boolean;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
  limits: Limits;
}

/** Points per window, for each keyed address or session. */
export interface Limits {
  startsPerAddress: { points: number; windowMs: number };
  postsPerAddress: { points: number; windowMs: number };
  /** Copies and erasures: each is a heavy thing, and asked for once. */
  rightsPerAddress: { points: number; windowMs: number };
  commandsPerSocket: { points: number; windowMs: number };
  loginsPerAccountAndAddress: { points: number; windowMs: number };
  loginsPerAccount: { points: number; windowMs: number };
  /** Looks for the person of a request, by whoever is at the privacy desk. */
  searchesPerAgent: { points: number; windowMs: number };
  requestsPerVisitor: { points: number; windowMs: number };
  /** Pauses begun and ended, and objections, of one visitor. */
  changesPerVisitor: { points: number; windowMs: number };
}

const DEFAULT_LIMITS: Limits = {
  startsPerAddress: { points: 30, windowMs: MINUTE },
  postsPerAddress: { points: 240, windowMs: MINUTE },
  rightsPerAddress: { points: 12, windowMs: MINUTE },
  commandsPerSocket: { points: 300, windowMs: MINUTE },
  loginsPerAccountAndAddress: { points: 5, windowMs: 5 * MINUTE },
  loginsPerAccount: { points: 100, windowMs: 60 * MINUTE },
  searchesPerAgent: { points: 30, windowMs: 15 * MINUTE },
  requestsPerVisitor: { points: 5, windowMs: 24 * 60 * MINUTE },
  changesPerVisitor: { points: 20, windowMs: 24 * 60 * MINUTE },
};

/** The start stops on this, with its one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Names of this machine itself, as a URL has them. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);
/** The same of an origin. */
export const isLoopbackOrigin = (origin: string): boolean => isLoopback(new URL(origin).hostname);
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Names and numbers only: an origin goes into headers, where other marks have a meaning. */
const HOST_NAME = /^([\w-]+(\.[\w-]+)*\.?|\[[\da-f:.]+\])$/i;

/** The value is not repeated: it may hold a password. */
function origin(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !HOST_NAME.test(url.hostname))
    throw new ConfigError(`${name} must be an address such as https://chat.example.com.`);
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw new ConfigError(`${name} must be an origin without path, query or user, such as https://chat.example.com.`);
  }
  return url.origin;
}

/** An address that is posted to, over https unless it is on this machine. Not repeated either. */
function secureAddress(value: string, name: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !isSecure || url.username || url.password)
    throw new ConfigError(
      `${name} must be an https address without user and password, such as https://witness.example.com/parley.`,
    );
  return url.href;
}

/** A period of at most ten years: for ever is none, and neither is nothing (PR-60). */
const period = z.string().refine((text) => {
  try {
    const long = durationMs(text);
    return long > 0 && long <= LONGEST_PERIOD;
  } catch {
    return false;
  }
}, 'must be a period with an end, such as P30D, P6M or P1Y, of ten years at most');

/** As long as a claim about the answer is commonly open, and as long as the proof of a consent (PR-60). */
const REQUESTS_KEPT = 'P3Y';
/** The authority must be able to check the register (GDPR Art. 33(5)), also when what it is about comes to light late. */
const BREACHES_KEPT = 'P5Y';

const environment = z.object({
  PORT: z
    .string()
    .regex(/^\d+$/, 'must be a number from 0 to 65535')
    .transform(Number)
    .pipe(z.number().max(65535, 'must be a number from 0 to 65535'))
    .default(8080),
  HOST: z.string().min(1, 'must be an address to listen on').default('127.0.0.1'),
  PARLEY_DATA: z.string().min(1, 'must be a folder').default('data'),
  PARLEY_PUBLIC_URL: z.string().optional(),
  PARLEY_MASTER_KEY: z.string().optional(),
  PARLEY_NEXT_MASTER_KEY: z.string().optional(),
  PARLEY_ERASURES_FILE: z.string().optional(),
  PARLEY_TRUST_PROXY: z
    .string()
    .regex(/^\d$/, 'must be the count of proxies in front of the relay, 0 to 9')
    .transform(Number)
    .default(0),
  PARLEY_OWNER_EMAIL: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
    .optional(),
  PARLEY_OWNER_PASSWORD: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  PARLEY_HEADS_FILE: z.string().optional(),
  PARLEY_HEADS_URL: z.string().optional(),
  PARLEY_WEBHOOKS_LOOPBACK: z.enum(['1', '0'], 'must be 1 or 0').default('0'),
  PARLEY_AUDIT_FILE: z.string().optional(),
  PARLEY_AUDIT_URL: z.string().optional(),
  PARLEY_AUDIT_KEEP: period.default('P12M'),
  PARLEY_SECURITY_KEEP: period.default('P6M'),
  PARLEY_REQUESTS_KEEP: period.default(REQUESTS_KEPT),
  PARLEY_BREACHES_KEEP: period.default(BREACHES_KEPT),
  PARLEY_DEMO_ORIGINS: z.string().optional(),
  PARLEY_LOG: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent')
    .default('info'),
  PARLEY_DEV: z.string().optional(),
});

/**
 * Reads, fills in and checks the environment.
 * @throws ConfigError with one line that names the variable and the remedy.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}.`);
  }
  const values = parsed.data;
  const publicUrl = values.PARLEY_PUBLIC_URL === undefined ? null : origin(values.PARLEY_PUBLIC_URL, 'PARLEY_PUBLIC_URL');
  if (publicUrl?.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)) {
    throw new ConfigError(
      'PARLEY_PUBLIC_URL must be https, unless it is this machine itself: browsers keep the cookie and the crypto from plain http.',
    );
  }
  const dev = values.PARLEY_DEV === '1';
  if (dev && publicUrl && !isLoopback(new URL(publicUrl).hostname)) {
    throw new ConfigError('PARLEY_DEV is for work on this machine: take it away where PARLEY_PUBLIC_URL is public.');
  }
  if (values.PARLEY_WEBHOOKS_LOOPBACK === '1' && publicUrl && !isLoopback(new URL(publicUrl).hostname)) {
    throw new ConfigError(
      'PARLEY_WEBHOOKS_LOOPBACK is for work on this machine: take it away where PARLEY_PUBLIC_URL is public.',
    );
  }
  if ((values.PARLEY_OWNER_EMAIL === undefined) !== (values.PARLEY_OWNER_PASSWORD === undefined)) {
    throw new ConfigError('PARLEY_OWNER_EMAIL and PARLEY_OWNER_PASSWORD go together: give both or neither.');
  }
  if (values.PARLEY_OWNER_PASSWORD && !isStrongPassword(values.PARLEY_OWNER_PASSWORD, [values.PARLEY_OWNER_EMAIL ?? ''])) {
    throw new ConfigError(
      'PARLEY_OWNER_PASSWORD must have at least 15 characters, be no repetition, and not be made of the e-mail address.',
    );
  }
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: resolve(values.PARLEY_DATA),
    publicUrl,
    masterKey: values.PARLEY_MASTER_KEY ?? null,
    nextMasterKey: values.PARLEY_NEXT_MASTER_KEY ?? null,
    trustProxy: values.PARLEY_TRUST_PROXY,
    owner:
      values.PARLEY_OWNER_EMAIL && values.PARLEY_OWNER_PASSWORD
        ? { email: values.PARLEY_OWNER_EMAIL.trim().toLowerCase(), password: values.PARLEY_OWNER_PASSWORD }
        : null,
    databaseUrl: values.DATABASE_URL ?? null,
    heads: {
      file: values.PARLEY_HEADS_FILE === undefined ? null : resolve(values.PARLEY_HEADS_FILE),
      url: values.PARLEY_HEADS_URL === undefined ? null : secureAddress(values.PARLEY_HEADS_URL, 'PARLEY_HEADS_URL'),
    },
    erasuresFile: resolve(values.PARLEY_ERASURES_FILE ?? join(values.PARLEY_DATA, 'erasures.jsonl')),
    webhooksToLoopback: dev || values.PARLEY_WEBHOOKS_LOOPBACK === '1',
    audit: {
      file: values.PARLEY_AUDIT_FILE === undefined ? null : resolve(values.PARLEY_AUDIT_FILE),
      url: values.PARLEY_AUDIT_URL === undefined ? null : secureAddress(values.PARLEY_AUDIT_URL, 'PARLEY_AUDIT_URL'),
      keep: values.PARLEY_AUDIT_KEEP,
    },
    keep: {
      security: durationMs(values.PARLEY_SECURITY_KEEP),
      requests: values.PARLEY_REQUESTS_KEEP,
      breaches: values.PARLEY_BREACHES_KEEP,
    },
    demoOrigins: (values.PARLEY_DEMO_ORIGINS ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one) => origin(one, 'PARLEY_DEMO_ORIGINS')),
    dev,
    logLevel: values.PARLEY_LOG,
    limits: DEFAULT_LIMITS,
  };
}
