/** The template of terms under GDPR Art. 28(3), the list of sub-processors, and the stub of Art. 6(1)(f) (PR-73). */
export const termsWords = {
  parties: 'Who agrees',
  'parties.controller': 'Controller',
  'parties.processor': 'Processor',
  'parties.processor.what': 'name, address and contact of whoever runs this relay',
  'parties.signed': 'Agreed',
  'parties.signed.what': 'date and signatures of both',
  subject: 'What it is about',
  'subject.matter': 'Subject matter',
  'subject.matter.text': 'Running the live chat of the site {site} on the relay at {origin}.',
  'subject.duration': 'Duration',
  'subject.duration.what': 'from when, and until when or how it is ended',
  'subject.nature': 'Nature and purpose',
  'subject.data': 'Personal data',
  'subject.whose': 'Data subjects',

  clauses: 'What the processor undertakes',
  'clause.a': '(a) Documented instructions',
  'clause.a.text':
    'The processor processes personal data on documented instructions of the controller alone, transfers to third countries included. These terms, the published notice and the settings of the site are the instructions. It tells the controller at once where an instruction seems unlawful to it.',
  'clause.a.here':
    'What is published is what the relay does: a setting that says otherwise becomes a draft, and is in force once the controller publishes it.',
  'clause.b': '(b) Confidentiality',
  'clause.b.text': 'Everybody who may see personal data is bound to confidentiality.',
  'clause.b.what': 'how the processor’s staff are bound',
  'clause.b.here': 'Accounts now: {counts}. Each look at an address, each export and each erasure stands in the trail.',
  'clause.c': '(c) Security',
  'clause.c.text': 'The processor takes the measures of GDPR Art. 32 listed below, and does not lower their level.',
  'clause.d': '(d) Sub-processors',
  'clause.d.text':
    'Those listed below are agreed to. The processor engages no other without telling the controller beforehand, by the time stated here; the controller may object within it. Each is bound to the same duties, and the processor answers for them.',
  'clause.d.what': 'days of warning, e.g. 30 days',
  'clause.d.here':
    'A new recipient needs a new version of the notice, which the controller publishes; whoever agreed before is asked again where it matters to them.',
  'clause.e': '(e) Requests of data subjects',
  'clause.e.text': 'The processor helps the controller to answer requests under GDPR Chapter III by fitting technical means.',
  'clause.e.here':
    'Visitors withdraw, see, correct, download and erase by themselves under Privacy in the chat; staff do it with the console or “parley export” and “parley erase”.',
  'clause.f': '(f) Help with Art. 32 to 36',
  'clause.f.text':
    'The processor helps with security, with breaches and with impact assessments. It tells the controller of a breach without undue delay, within 24 hours of becoming aware of it.',
  'clause.f.here':
    '“parley breach” lists whom a breach concerns and which data, with the deadlines; the papers of this relay serve Art. 35.',
  'clause.g': '(g) End of the service',
  'clause.g.text':
    'At the end the processor hands over all personal data and then erases it with every copy, within {days}, unless the law asks for it to be stored. It gives a signed report. Hiding, hashing or masking is no erasure.',
  'clause.g.days': '{count} days',
  'clause.g.here': '“parley close-site” writes all of a site’s data, and with --delete erases it and signs how much there was.',
  'clause.g.what': 'until when backups that still hold it are gone',
  'clause.g.backups':
    'Backups that still hold it are gone {data} after they were made, and what was sealed in them opens for nobody after {keys}.',
  'clause.h': '(h) Showing that it is so',
  'clause.h.text':
    'The processor makes available what shows that these terms are kept, and allows and contributes to audits, inspections included.',
  'clause.h.here': '“parley verify” checks the ledger of the site against its signatures; “parley doctor” names what is wrong.',
  'clause.h.what': 'how audits are announced, and who pays for them',
  measures: 'Measures (Art. 32)',
  here: 'Here',

  'subs.operator': 'The operator of this relay, and where it is hosted, if they are not in the list',
  'subs.since': 'Named by the notice',
  'subs.changes': 'How a change is announced',
  'subs.changes.text':
    'Whoever receives data stands in the notice. A change is a new version of it: the controller sees before publishing what differs and whom it concerns, and every version stays readable under its hash.',
  'subs.changes.how': 'Told to the controller',
  'subs.changes.how.what': 'by which way and how many days before, e.g. by e-mail, 30 days',
  'subs.changes.object': 'Objection',
  'subs.changes.object.what': 'to whom, and within how many days',

  'lia.none': 'No purpose of a notice in force rests on a legitimate interest: no assessment is needed.',
  'lia.purpose': 'Purpose {name}',
  'lia.interest': 'Interest, as the notice says it',
  'lia.interest.what': 'the interest pursued, and whose it is',
  'lia.data': 'Data and time',
  'lia.necessity': 'Is it needed?',
  'lia.necessity.what': 'why the interest cannot be reached by less',
  'lia.balance': 'Whose interest weighs more?',
  'lia.balance.what': 'what visitors expect here, what it does to them, whether children or sensitive matters are among it',
  'lia.safeguards': 'What lessens it',
  'lia.safeguards.text':
    'Sealed per person; erased after the time above; a visitor can object, and erase all, under Privacy in the chat.',
  'lia.result': 'Result',
  'lia.result.what': 'the interest prevails, or it does not; by whom decided, and when it is looked at again',
} as const;
