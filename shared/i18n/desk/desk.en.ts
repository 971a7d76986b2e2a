/** The frame of the privacy desk; each of its pages has a catalog of its own beside this one. */
export const deskEn = {
  title: 'Privacy desk',
  pages: 'Pages of the desk',
  'page.register': 'Consent register',
  'page.erasure': 'Erasure',
  'page.audit': 'Audit',
  'page.redaction': 'Redaction',
  'page.papers': 'Papers',
  'page.breaches': 'Breaches',
  'page.after': 'After a withdrawal',
  'page.retention': 'Retention',
  'page.requests': 'Requests',
  'page.recipients': 'Recipients',
  'page.restricted': 'Restriction',

  loading: 'Loading',
  failed: 'This could not be loaded. {why}',
  retry: 'Try again',
  more: 'Show more',
  again: 'Look again',
  left: 'What is left afterwards, why, and until when',
} as const;
