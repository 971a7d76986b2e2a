import { canonicalJson, type Json } from './canonical.ts';
import type { ReadingGround } from './reading.ts';
import { sha256, toHex } from './sha256.ts';

/** Legal bases of GDPR Art. 6(1) that a purpose may rest on (PR-01). */
export type LegalBasis = 'consent' | 'contract' | 'legitimate_interest' | 'legal_obligation';

/** What the form must know of a purpose to ask for it. */
export interface AskedPurpose {
  id: string;
  legalBasis: LegalBasis;
  /** Where a consent purpose is asked: in the pre-chat form, or as the cookie question in the chat. */
  asked: 'form' | 'chat';
  /** The one purpose that may gate the start (PR-02). */
  required: boolean;
  /** Data goes to somebody else for it: Global Privacy Control turns it off (PR-33). Left out where it does not. */
  thirdParty?: true;
}

export interface NoticePurpose extends Omit<AskedPurpose, 'thirdParty'> {
  version: number;
  dataTypes: string[];
  /** ISO 8601 durations. */
  retention: string;
  validity: string;
  recipients: string[];
  storageLocations: string[];
  /** Its data is of a special category: asked for explicitly, in a box of its own (PR-18). Left out where it is not. */
  special?: true;
}

export type FieldRule = 'off' | 'optional' | 'required';

/**
 * A published notice in one language: every word that a visitor sees up to Start, the cookie question,
 * and the full text. Immutable, addressed by `noticeHash`. Strings are NFC with single spaces.
 */
export interface NoticeDoc {
  schema: 'parley-notice/1';
  site: string;
  version: number;
  /** BCP 47. */
  locale: string;
  controller: { name: string; address: string; contact: string };
  /** How the record names the law that applies, e.g. `EU-IE`. */
  jurisdiction: string;
  authority: string;
  /** What the words must say, as data: the linter holds the two against each other. Older notices have none. */
  facts?: NoticeFacts;
  fields: { name: FieldRule; email: FieldRule };
  purposes: NoticePurpose[];
  /** Periods that are not a purpose's own: evidence and proof (ISO 8601). */
  periods: { ip: string; proof: string; cookie: string };
  words: { form: Record<FormWord, string>; cookie: Record<CookieWord, string>; purposes: Record<string, PurposeWords> };
  full: NoticeFull;
}

/** The rights that a notice must name: GDPR Art. 13(2)(b). */
export const RIGHTS = ['access', 'rectification', 'erasure', 'restriction', 'objection', 'portability'] as const;
export type Right = (typeof RIGHTS)[number];

/** One thing kept in a visitor's browser (PR-07, PR-19). */
export interface StoredItem {
  name: string;
  /** ISO 8601 duration, at most. */
  life: string;
  /** Can anybody but the site and its relay read it? */
  thirdParties: boolean;
}

/** The items of GDPR Art. 13 that are not a purpose's own. What does not apply is `null` or empty, never left out. */
export interface NoticeFacts {
  /** The name by which the short words call the controller. */
  shortName: string;
  representative: string | null;
  /** How to reach the data protection officer. */
  dpo: string | null;
  /** The interest pursued, where a purpose rests on one. */
  interest: string | null;
  /** Everybody who gets or stores data: processors too (PR-05). ISO 3166 country codes. */
  recipients: { name: string; country: string; role: 'processor' | 'recipient' }[];
  /** Countries without an adequacy decision, each with its safeguard. */
  transfers: { country: string; safeguard: string }[];
  rights: Right[];
  /** What a machine decides, or null for nothing. */
  automated: string | null;
  /** From which age somebody may agree alone; null where the chat is not for children at all. */
  minAge: number | null;
  storage: StoredItem[];
  /** Where a law makes the controller keep time and address of each access, sealed and apart (PR-62): for how long. */
  accessLog?: string;
  /** In which form the visitor's address is kept as proof. Older notices do not say it here. */
  ip?: 'full' | 'truncated' | 'none';
  /** How to reach the controller, for receipts in forms that ask for both. Left out where it is not told. */
  phone?: string;
  email?: string;
  /** Where and how to reach the authority: an address on the web or of a house. Left out where it is not told. */
  authorityContact?: string;
  /** On which ground agents may read a talk after its withdrawal; left out, they may not (PR-46). */
  afterWithdrawal?: ReadingGround;
}

/** What opens behind "Read it in full". */
export interface NoticeFull {
  title: string;
  table: { term: string; text: string }[];
  sections: { heading: string; paragraphs: string[] }[];
}

/**
 * What the form needs of a notice: every word up to Start and of the cookie question. The rest stands there by its
 * digest, so that the one hash binds both, and a visitor loads the full text only to read it.
 */
export type NoticeHead = Omit<NoticeDoc, 'controller' | 'jurisdiction' | 'authority' | 'facts' | 'purposes' | 'full'> & {
  purposes: AskedPurpose[];
  /** SHA-256, in hex, of the canonical form of what is left out. */
  rest: string;
};

export type FormWord =
  | 'question'
  | 'questionPlaceholder'
  | 'questionHint'
  | 'name'
  | 'email'
  | 'optional'
  | 'needed'
  | 'clause'
  | 'readFull'
  | 'start'
  | 'promise'
  | 'away';

export type CookieWord = 'title' | 'body' | 'refuse' | 'accept';

/** `label` stands beside the box, `note` small beneath or after it, `name` in lists of what was agreed. */
export interface PurposeWords {
  name: string;
  label: string;
  note: string;
}

/** Words of which only the fitting one is drawn; the hash takes the others from the document. */
export const SOMETIMES_SHOWN: readonly string[] = ['promise', 'away', 'name', 'email', 'optional', 'needed', 'questionHint'];

/** Text as it is hashed and compared: Unicode NFC, white space runs as one space, trimmed. */
export function plainText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** Strings as they are hashed: normal form, single spaces, everywhere in the document. */
function plain<T>(value: T): T {
  if (typeof value === 'string') return plainText(value) as T;
  if (Array.isArray(value)) return value.map(plain) as T;
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)])) as T;
  return value;
}

/** A notice with its strings as they are hashed. */
export function plainDoc(doc: NoticeDoc): NoticeDoc {
  return plain(doc);
}

/** SHA-256, in hex, of the canonical form (RFC 8785). */
function digest(value: unknown): string {
  return toHex(sha256(new TextEncoder().encode(canonicalJson(value as Json))));
}

/** True for what goes to others and is not what the chat rests on. The chat's cookie goes to nobody (the linter sees to it). */
export function isThirdParty({ required, asked, recipients }: NoticePurpose): boolean {
  return !required && asked === 'form' && recipients.length > 0;
}

function asAsked(purpose: NoticePurpose): AskedPurpose {
  const { id, legalBasis, asked, required } = purpose;
  return { id, legalBasis, asked, required, ...(isThirdParty(purpose) && { thirdParty: true }) };
}

export function noticeHead(doc: NoticeDoc): NoticeHead {
  const { controller, jurisdiction, authority, facts, purposes, full, ...shown } = doc;
  return {
    ...shown,
    purposes: purposes.map(asAsked),
    rest: digest({ controller, jurisdiction, authority, purposes, full, ...(facts && { facts }) }),
  };
}

/** The address of a published notice. */
export function noticeHash(doc: NoticeDoc): string {
  return digest(noticeHead(doc));
}

/** Words as they stand in the page, by their key; purposes' words as `purpose.<id>.<label|note>`. */
export type ShownWords = Record<string, string>;

function withShown<Words extends Record<string, string>>(words: Words, shown: ShownWords, prefix = ''): Words {
  const entries = Object.entries(words).map(([key, word]) => {
    const found = shown[prefix + key];
    if (found !== undefined) return [key, plainText(found)];
    return [key, SOMETIMES_SHOWN.includes(prefix + key) ? word : ''];
  });
  return Object.fromEntries(entries) as Words;
}

/**
 * The hash of the notice as it stands on the screen (PR-38): its words of the form, or of the cookie question, replaced
 * by what was read back from the page. A word that is missing there counts as empty, and one that the notice does
 * not have counts as well: a clause taken away or put in changes the hash as much as an altered one.
 */
export function shownHash(head: NoticeHead, group: 'form' | 'cookie', shown: ShownWords): string {
  const words = group === 'cookie' ? { cookie: withShown(head.words.cookie, shown) } : formWords(head, shown);
  const known = new Set([...Object.keys(head.words[group]), ...(group === 'form' ? purposeKeys(head) : [])]);
  const extra = Object.entries(shown).filter(([key]) => !known.has(key));
  return digest({ ...head, words: { ...head.words, ...words }, ...(extra.length > 0 && { extra }) });
}

function formWords(head: NoticeHead, shown: ShownWords): Partial<NoticeHead['words']> {
  const purposes = { ...head.words.purposes };
  for (const { id } of formPurposes(head)) {
    const { label, note, name } = purposes[id] ?? { label: '', note: '', name: '' };
    purposes[id] = { name, ...withShown({ label, note }, shown, `purpose.${id}.`) };
  }
  return { form: withShown(head.words.form, shown), purposes };
}

function purposeKeys(head: NoticeHead): string[] {
  return formPurposes(head).flatMap(({ id }) => [`purpose.${id}.label`, `purpose.${id}.note`]);
}

/** The purposes that get a checkbox in the form, in their order (PR-01, PR-11). */
export function formPurposes<Purpose extends Pick<AskedPurpose, 'asked' | 'legalBasis'>>(doc: {
  purposes: Purpose[];
}): Purpose[] {
  return doc.purposes.filter((purpose) => purpose.asked === 'form' && purpose.legalBasis === 'consent');
}
