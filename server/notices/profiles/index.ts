import type { NoticeDoc } from '../../../shared/notice.ts';
import { BRAZIL } from './brazil.ts';
import { CALIFORNIA } from './california.ts';
import { type Law, noticeUnder, type Owner, UNKNOWN_OWNER } from './common.ts';
import { EU } from './eu.ts';
import { UK } from './uk.ts';
import { VIETNAM } from './vietnam.ts';

interface Profile {
  id: string;
  name: string;
  locales: string[];
  law: Law;
}

/** The ready-made texts. Whoever takes one up has it reviewed, and fills in what stands in brackets. */
export const PROFILES: readonly Profile[] = [
  { id: 'eu', name: 'European Union (GDPR)', locales: ['en'], law: EU },
  { id: 'uk', name: 'United Kingdom (UK GDPR)', locales: ['en'], law: UK },
  { id: 'california', name: 'California (CCPA)', locales: ['en'], law: CALIFORNIA },
  { id: 'brazil', name: 'Brazil (LGPD)', locales: ['en'], law: BRAZIL },
  { id: 'vietnam', name: 'Vietnam (Law 91/2025)', locales: ['en'], law: VIETNAM },
];

/** A profile's notice for a site, naming whoever answers under the words in force; null when there is no such text. */
export function profileNotice(id: string, locale: string, site: string, inForce: NoticeDoc | null): NoticeDoc | null {
  const profile = PROFILES.find((one) => one.id === id && one.locales.includes(locale));
  return profile ? noticeUnder(profile.law, site, inForce ? ownerOf(inForce) : UNKNOWN_OWNER) : null;
}

function ownerOf({ controller, facts }: NoticeDoc): Owner {
  const { shortName = controller.name, dpo = null, phone, email } = facts ?? {};
  return { ...controller, shortName, dpo, ...(phone !== undefined && { phone }), ...(email !== undefined && { email }) };
}
