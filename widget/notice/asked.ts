import type { AskedPurpose, NoticeHead } from '../../shared/notice.ts';

/** What has to be mended, in words, by the id of the field, in the order of the form. */
export type Wrongs = Record<string, string>;

export const boxId = (purpose: string): string => `box-${purpose}`;

/** The reader's browser asks that nothing goes to third parties. */
export const hasGpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

/** `formPurposes` of shared/notice.ts, which would bring the hashing along into stage 1. */
export function askedIn(doc: NoticeHead): AskedPurpose[] {
  return doc.purposes.filter(({ asked, legalBasis }) => asked === 'form' && legalBasis === 'consent');
}
