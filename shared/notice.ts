import canonicalize from 'canonicalize';
import { sha256, toHex } from './sha256.ts';

/** Legal bases of GDPR Art. 6(1) that a purpose may rest on (PR-01). */
export type LegalBasis = 'consent' | 'contract' | 'legitimate_interest' | 'legal_obligation';

export interface NoticePurpose {
  id: string;
  version: number;
  legalBasis: LegalBasis;
  /** Where a consent purpose is asked: in the pre-chat form, or as the cookie question in the chat. */
  asked: 'form' | 'chat';
  /** The one purpose that may gate the start (PR-02). */
  required: boolean;
  dataTypes: string[];
  /** ISO 8601 durations. */
  retention: string;
  validity: string;
  recipients: string[];
  storageLocations: string[];
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
  fields: { name: FieldRule; email: FieldRule };
  purposes: NoticePurpose[];
  /** Periods that are not a purpose's own: evidence and proof (ISO 8601). */
  periods: { ip: string; proof: string; cookie: string };
  words: { form: Record<FormWord, string>; cookie: Record<CookieWord, string>; purposes: Record<string, PurposeWords> };
  full: { title: string; table: { term: string; text: string }[]; sections: { heading: string; paragraphs: string[] }[] };
}

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

/** SHA-256, in hex, of the canonical form (RFC 8785) of the document. */
export function noticeHash(doc: NoticeDoc): string {
  return toHex(sha256(new TextEncoder().encode(canonicalize(doc))));
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
 * The hash of the notice as it stands on the screen (PR-38): the document with its form's words, or the
 * cookie question's, replaced by what was read back from the page. A word that is missing there counts
 * as empty, so a removed clause changes the hash as much as an altered one.
 */
export function shownHash(doc: NoticeDoc, group: 'form' | 'cookie', shown: ShownWords): string {
  if (group === 'cookie') return noticeHash({ ...doc, words: { ...doc.words, cookie: withShown(doc.words.cookie, shown) } });
  const purposes = Object.fromEntries(
    Object.entries(doc.words.purposes).map(([id, words]) => {
      const asked = doc.purposes.some(
        (purpose) => purpose.id === id && purpose.asked === 'form' && purpose.legalBasis === 'consent',
      );
      if (!asked) return [id, words];
      const { label, note } = withShown({ label: words.label, note: words.note }, shown, `purpose.${id}.`);
      return [id, { ...words, label, note }];
    }),
  );
  return noticeHash({ ...doc, words: { ...doc.words, form: withShown(doc.words.form, shown), purposes } });
}

/** The purposes that get a checkbox in the form, in their order (PR-01, PR-11). */
export function formPurposes(doc: NoticeDoc): NoticePurpose[] {
  return doc.purposes.filter((purpose) => purpose.asked === 'form' && purpose.legalBasis === 'consent');
}
