import { DEMO_NOTICE } from '../../server/notices/demo-notice.ts';
import type { NoticeDoc } from '../../shared/notice.ts';

const MAILER = 'Paperboat Mail, Cork';

/** The demo's notice with a reading list that somebody else sends: complete, as the linter asks. */
export function noticeWithThirdParty(): NoticeDoc {
  const { facts, full, purposes } = DEMO_NOTICE;
  if (!facts) throw new Error('the demo has its facts');
  return {
    ...DEMO_NOTICE,
    version: 2,
    purposes: purposes.map((purpose) => (purpose.id === 'news' ? { ...purpose, recipients: [MAILER] } : purpose)),
    facts: { ...facts, recipients: [...facts.recipients, { name: MAILER, country: 'IE', role: 'recipient' }] },
    full: { ...full, sections: [...full.sections, { heading: 'Who sends the list', paragraphs: [`${MAILER}.`] }] },
  };
}
