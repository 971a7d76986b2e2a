import { z } from 'zod';
import { IP_MODES, IP_VIEWERS, type IpMode, type IpViewers } from './ip.ts';
import type { NoticeDoc } from './notice.ts';
import { noticeDoc } from './notice-schema.ts';
import { type AfterWithdrawal, READING_GROUNDS } from './reading.ts';
import { compilePattern, isPatternName, PATTERNS_MAX, SPARED_MAX } from './redaction/patterns.ts';
import { REDACTION_MODES, type RedactionRules } from './redaction/redaction.ts';

/** Routes for owners: notices, and what else they set. The relay parses; browsers import the types only. */

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** `GET /api/agent/notices/SITE/LOCALE`, and the answer to every change: a site's notice in one language. */
export interface NoticeDesk {
  site: { key: string; name: string };
  locale: string;
  /** Ready-made texts that can be adopted, and in which languages. */
  profiles: { id: string; name: string; locales: string[] }[];
  inForce: { hash: string; version: number; publishedAt: number; doc: NoticeDoc } | null;
  versions: { hash: string; version: number; publishedAt: number }[];
  /** What is being written, as it would be published: under its number, with its hash. */
  draft: { hash: string; doc: NoticeDoc; updatedAt: number } | null;
  /** `key` is the remedy's in the catalog, `where` the place that it names. */
  findings: { rule: string; level: 'error' | 'warning'; key: string; where: string; text: string }[];
  /** Every place where the draft says something else than what is in force. */
  changes: { path: string; before: unknown; after: unknown }[];
  /** True when who agreed before did not agree to this: they are asked again at their next contact. */
  material: boolean;
  /** In words: where the settings of the site have become others than the notice in force says. It goes on as published. */
  notes: string[];
  /**
   * Conversations in which something agreed holds that will not once the draft is published (without a draft: by what is
   * in force), and that are asked again at their next contact.
   */
  affected: number;
}

/** `GET /api/agent/notices`: whose notices there are, and what can be started from. */
export interface NoticeShelf {
  sites: {
    key: string;
    name: string;
    /** By language; null for what was never published. */
    locales: { locale: string; version: number | null; publishedAt: number | null; hasDraft: boolean }[];
  }[];
  /** Ready-made texts, each with the languages it is written in. */
  profiles: { id: string; name: string; locales: string[] }[];
}

/** `POST /api/agent/notices/SITE/draft`. `base` is the hash of the draft that was changed, null for none: another is a conflict. */
export const draftRequest = z.strictObject({ doc: noticeDoc, base: hash.nullable().optional() });
/** `POST /api/agent/notices/SITE/adopt`: a ready-made text becomes the draft, in the place of what was being written. */
export const adoptRequest = z.strictObject({ profile: z.string().max(32), locale: z.string().max(35) });
/** `POST /api/agent/notices/SITE/publish`: the words that were previewed, by their hash. */
export const publishRequest = z.strictObject({ locale: z.string().max(35), hash });

const ownPattern = z.strictObject({
  name: z
    .string()
    .transform((text) => text.trim())
    .refine(isPatternName),
  pattern: z.string().refine((text) => typeof compilePattern(text) !== 'string'),
  mode: z.enum(['ask', 'remove']),
});
/** `POST /api/agent/redaction/SITE`: what is taken out of what people write there, from now on. */
export const redactionRules = z.strictObject({
  cards: z.enum(REDACTION_MODES),
  ibans: z.enum(REDACTION_MODES),
  own: z.array(ownPattern).max(PATTERNS_MAX),
  spared: z.array(z.string().trim().min(1).max(SPARED_MAX)).max(PATTERNS_MAX),
});
/** `GET /api/agent/redaction`, and the answer to a change. */
export interface RedactionDesk {
  sites: { key: string; name: string; rules: RedactionRules }[];
}

/** `GET /api/agent/settings`: what an owner has set for each site, and what its notices in force say of it. */
export interface SiteSettingsShelf {
  sites: {
    key: string;
    name: string;
    afterWithdrawal: AfterWithdrawal;
    /** By language: on which ground that notice says agents may read a talk after its withdrawal. */
    notices: { locale: string; version: number; says: AfterWithdrawal }[];
    /** What is set of the IP address, and in which form the notice of each language says that it is kept. */
    ip: { mode: IpMode; viewers: IpViewers; notices: { locale: string; version: number; says: IpMode }[] };
  }[];
}
/** `POST /api/agent/settings/SITE/after-withdrawal`. `from` is what the page showed: another is a conflict. Answers the shelf. */
export const afterWithdrawalRequest = z.strictObject({
  afterWithdrawal: z.enum(['locked', ...READING_GROUNDS]),
  from: z.enum(['locked', ...READING_GROUNDS]),
});
/** `POST /api/agent/settings/SITE/ip-mode`: in which form an address is kept. Answers the shelf. */
export const ipModeRequest = z.strictObject({ ipMode: z.enum(IP_MODES), from: z.enum(IP_MODES) });
/** `POST /api/agent/settings/SITE/ip-viewers`: who may look at it. Answers the shelf. */
export const ipViewersRequest = z.strictObject({ ipViewers: z.enum(IP_VIEWERS), from: z.enum(IP_VIEWERS) });
