import { EMAIL_MAX_CHARS, MESSAGE_MAX_CHARS, NAME_MAX_CHARS } from '../../shared/limits.ts';
import type { AskedPurpose, NoticeHead } from '../../shared/notice.ts';
import { say } from '../i18n.ts';
import { cleanText, lengthOf } from '../text.ts';

/** What stands in the form, as typed and ticked. */
export interface Typed {
  question: string;
  name: string;
  email: string;
  /** By purpose. */
  ticked: Record<string, boolean>;
}

/** What has to be mended, in words, by the id of the field, in the order of the form. */
export type Wrongs = Record<string, string>;

export const boxId = (purpose: string): string => `box-${purpose}`;

/** `formPurposes` of shared/notice.ts, which would bring the hashing along into stage 1. */
export function askedIn(doc: NoticeHead): AskedPurpose[] {
  return doc.purposes.filter(({ asked, legalBasis }) => asked === 'form' && legalBasis === 'consent');
}

/** What has to be mended before Start can start. */
export function wrongIn(doc: NoticeHead, typed: Typed): Wrongs {
  const wrongs: Wrongs = {};
  const question = cleanText(typed.question);
  const over = lengthOf(question) - MESSAGE_MAX_CHARS;
  if (!question) wrongs.question = say('wrongQuestion');
  if (over > 0) wrongs.question = say('wrongLong', { over });
  const name = cleanText(typed.name);
  const nameOver = lengthOf(name) - NAME_MAX_CHARS;
  if (!name && doc.fields.name === 'required') wrongs.name = say('wrongName');
  if (nameOver > 0) wrongs.name = say('wrongLong', { over: nameOver });
  const email = cleanText(typed.email);
  if (
    email ? !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) || lengthOf(email) > EMAIL_MAX_CHARS : doc.fields.email === 'required'
  ) {
    wrongs.email = say(/^[^\s@]+@[^\s@.]+$/.test(email) ? 'wrongEnd' : 'wrongEmail');
  }
  for (const { id, required } of askedIn(doc)) {
    if (required && !typed.ticked[id]) wrongs[boxId(id)] = say('wrongAgree');
  }
  return wrongs;
}
