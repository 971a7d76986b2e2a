import { z } from 'zod';
import { eventState } from './consent.ts';
import type { ErasedWhat } from './erasure.ts';

/** The consent register at the privacy desk: what is asked of it, and how it answers. */

/** Events as the register names them; `erased` stands for an erasure. */
export const registerState = z.enum([...eventState.options, 'erased']);
export type RegisterState = z.infer<typeof registerState>;

const day = z.iso.date();

export const registerFilter = z.strictObject({
  /** An entry's number, a receipt's id or its beginning, a conversation. */
  search: z.string().max(64).optional(),
  /** The site's key. */
  site: z.string().max(64).optional(),
  purpose: z.string().max(64).optional(),
  state: registerState.optional(),
  /** Version and language, `7 en`. */
  notice: z
    .string()
    .regex(/^\d{1,6} [A-Za-z0-9-]{2,35}$/)
    .optional(),
  /** UTC days, both included. */
  from: day.optional(),
  to: day.optional(),
});
export type RegisterFilterInput = z.infer<typeof registerFilter>;

export const registerRequest = z.strictObject({
  filter: registerFilter,
  before: z.strictObject({ at: z.number().int(), id: z.string().max(64) }).nullable(),
});
export type RegisterRequest = z.infer<typeof registerRequest>;

/** One act of a visitor, or an erasure, as a line of the register. */
export interface RegisterLine {
  /** The act's id, which is the receipt's; or the erasure's. */
  id: string;
  kind: 'act' | 'erasure';
  /** The last entry that it wrote, and all of them. */
  seq: number;
  seqs: number[];
  at: number;
  site: string;
  state: RegisterState;
  purposes: { id: string; name: string; state: RegisterState }[];
  notice: { hash: string; version: number; locale: string } | null;
  /** Of the last entry, and of the one before it. */
  hash: string;
  prevHash: string;
  conversationId: string | null;
  /** What went, of an erasure. */
  erased: ErasedWhat | null;
}

/** What is sealed in the record of an act, for whoever opens it. */
export interface RegisterRecord {
  action: string;
  control: string;
  page: string | null;
  browser: string | null;
  viewport: 'desktop' | 'mobile';
  /** The words of the question, as a page. */
  words: string;
  /** The screen as it stood before the visitor, where there was one and its build is kept. */
  shown: string | null;
  /** Why there is none: the build was not kept, or nobody decided on a screen, as where a period ran out. */
  notShown: 'not_kept' | 'no_screen' | null;
}

export interface RegisterPage {
  lines: RegisterLine[];
  /** How many fit in all; from `most` on no further is counted. Null on a later page. */
  count: number | null;
  most: number;
  /** Where the next page begins; null at the end. */
  next: { at: number; id: string } | null;
}

/** What can be filtered by. */
export interface RegisterChoices {
  sites: { key: string; name: string }[];
  purposes: { id: string; name: string }[];
  notices: string[];
}

/** `POST register/verify`: a whole chain, or one act's entries. */
export const registerVerify = z.strictObject({ site: z.string().max(64), act: z.string().max(64).nullable() });
export interface RegisterVerified {
  entries: number;
  /** The entry at fault and what is wrong with it; null when all holds. */
  fault: { seq: number; kind: string } | null;
  head: { seq: number; hash: string };
  /** When the newest head was signed. */
  signedAt: number | null;
}
