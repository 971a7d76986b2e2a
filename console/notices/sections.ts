import { type NoticeDoc, RIGHTS } from '../../shared/notice.ts';
import { addAt, addPurpose, COOKIE_PURPOSE } from '../models/notice-doc.ts';
import type { Field, Kind, List, Section } from './fields.ts';
import type { NoticeWord } from './words.ts';

const field = (path: string, label: NoticeWord, kind: Kind = 'line', more: Partial<Field> = {}): Field => ({
  path,
  label,
  kind,
  ...more,
});
const half = { half: true } as const;
const rule = { ...half, of: ['off', 'optional', 'required'] } as const;
const fresh = (path: string, label: NoticeWord, item: unknown): List['add'] => [
  { label, id: path, make: (doc) => addAt(doc, path, item) },
];
const purposeName = (doc: NoticeDoc, at: number): string => {
  const id = doc.purposes[at]?.id ?? '';
  return doc.words.purposes[id]?.name.trim() || id;
};

/** Everything that an owner can change in a notice: where it stands, what it is called, how it is filled in. */
export const SECTIONS: readonly Section[] = [
  {
    id: 'who',
    title: 'section.who',
    parts: [
      field('controller.name', 'field.controller', 'line', half),
      field('facts.shortName', 'field.shortName', 'line', half),
      field('controller.address', 'field.address'),
      field('controller.contact', 'field.contact', 'line', half),
      field('jurisdiction', 'field.jurisdiction', 'line', { ...half, hint: 'field.jurisdictionHint' }),
      field('facts.representative', 'field.representative', 'maybe', { ...half, hint: 'field.emptyHint' }),
      field('facts.dpo', 'field.dpo', 'maybe', { ...half, hint: 'field.emptyHint' }),
    ],
  },
  {
    id: 'purposes',
    title: 'section.purposes',
    parts: [
      {
        list: 'purposes',
        label: 'list.purposes',
        one: 'list.purpose',
        name: purposeName,
        fields: [
          field('words.purposes.{id}.name', 'field.purposeName'),
          field('purposes.{at}.legalBasis', 'field.legalBasis', 'one', {
            ...half,
            of: ['consent', 'contract', 'legitimate_interest', 'legal_obligation'],
          }),
          field('purposes.{at}.asked', 'field.askedWhere', 'one', { ...half, of: ['form', 'chat'] }),
          field('purposes.{at}.required', 'field.required', 'tick'),
          field('purposes.{at}.special', 'field.special', 'mark'),
          field('purposes.{at}.retention', 'field.retention', 'period', half),
          field('purposes.{at}.validity', 'field.validity', 'period', half),
          field('purposes.{at}.dataTypes', 'field.dataTypes', 'lines', { ...half, hint: 'field.linesHint' }),
          field('purposes.{at}.recipients', 'field.purposeRecipients', 'lines', { ...half, hint: 'field.purposeRecipientsHint' }),
          field('purposes.{at}.storageLocations', 'field.storageLocations', 'lines', { ...half, hint: 'field.countriesHint' }),
        ],
        add: [
          { label: 'list.addPurpose', id: 'purposes', make: (doc) => addPurpose(doc, 'form') },
          {
            label: 'list.addCookie',
            id: 'purposes.cookie',
            make: (doc) => addPurpose(doc, 'chat'),
            when: (doc) => !doc.purposes.some(({ id }) => id === COOKIE_PURPOSE),
          },
        ],
      },
      field('facts.interest', 'field.interest', 'maybeText', { hint: 'field.emptyHint' }),
    ],
  },
  {
    id: 'asked',
    title: 'section.asked',
    parts: [
      field('words.form.question', 'field.question'),
      field('words.form.questionPlaceholder', 'field.questionPlaceholder', 'line', half),
      field('words.form.questionHint', 'field.questionHint', 'line', half),
      field('fields.name', 'field.nameRule', 'one', rule),
      field('fields.email', 'field.emailRule', 'one', rule),
      field('words.form.name', 'field.nameWord', 'line', half),
      field('words.form.email', 'field.emailWord', 'line', half),
      field('words.form.optional', 'field.optionalWord', 'line', half),
      field('words.form.needed', 'field.neededWord', 'line', half),
    ],
  },
  {
    id: 'clause',
    title: 'section.clause',
    parts: [field('words.form.clause', 'field.clause', 'text', { hint: 'field.clauseHint', counted: true })],
  },
  {
    id: 'boxes',
    title: 'section.boxes',
    parts: [
      {
        list: 'purposes',
        label: 'list.boxes',
        one: 'list.purpose',
        name: purposeName,
        fields: [
          field('words.purposes.{id}.label', 'field.boxLabel'),
          field('words.purposes.{id}.note', 'field.boxNote', 'line', half),
        ],
        add: [],
      },
      field('words.form.start', 'field.start', 'line', half),
      field('words.form.readFull', 'field.readFull', 'line', half),
      field('words.form.promise', 'field.promise', 'line', half),
      field('words.form.away', 'field.away', 'line', half),
    ],
  },
  {
    id: 'cookie',
    title: 'section.cookie',
    parts: [
      field('words.cookie.title', 'field.cookieTitle'),
      field('words.cookie.body', 'field.cookieBody', 'text', { hint: 'field.madeHint' }),
      field('words.cookie.refuse', 'field.refuse', 'line', half),
      field('words.cookie.accept', 'field.accept', 'line', half),
    ],
  },
  {
    id: 'recipients',
    title: 'section.recipients',
    parts: [
      {
        list: 'facts.recipients',
        label: 'list.recipients',
        one: 'list.recipient',
        name: (doc, at) => doc.facts?.recipients[at]?.name ?? '',
        fields: [
          field('facts.recipients.{at}.name', 'field.recipientName'),
          field('facts.recipients.{at}.country', 'field.country', 'line', { ...half, hint: 'field.countryHint' }),
          field('facts.recipients.{at}.role', 'field.role', 'one', { ...half, of: ['processor', 'recipient'] }),
        ],
        add: fresh('facts.recipients', 'list.addRecipient', { name: '', country: '', role: 'processor' }),
      },
      {
        list: 'facts.transfers',
        label: 'list.transfers',
        one: 'list.transfer',
        name: (doc, at) => doc.facts?.transfers[at]?.country ?? '',
        fields: [
          field('facts.transfers.{at}.country', 'field.country', 'line', half),
          field('facts.transfers.{at}.safeguard', 'field.safeguard', 'line', half),
        ],
        add: fresh('facts.transfers', 'list.addTransfer', { country: '', safeguard: '' }),
      },
    ],
  },
  {
    id: 'rights',
    title: 'section.rights',
    parts: [
      field('facts.rights', 'field.rights', 'many', {
        of: RIGHTS,
      }),
      field('authority', 'field.authority', 'line', half),
      field('facts.authorityContact', 'field.authorityContact', 'line', { ...half, hint: 'field.authorityContactHint' }),
      field('facts.minAge', 'field.minAge', 'age', { ...half, hint: 'field.minAgeHint' }),
      field('facts.automated', 'field.automated', 'maybe', { ...half, hint: 'field.emptyHint' }),
    ],
  },
  {
    id: 'periods',
    title: 'section.periods',
    parts: [
      field('periods.ip', 'field.ip', 'period', half),
      field('periods.proof', 'field.proof', 'period', half),
      field('periods.cookie', 'field.cookiePeriod', 'period', { ...half, hint: 'field.madeHint' }),
    ],
  },
  {
    id: 'storage',
    title: 'section.storage',
    parts: [
      {
        list: 'facts.storage',
        label: 'list.storage',
        one: 'list.stored',
        name: (doc, at) => doc.facts?.storage[at]?.name ?? '',
        fields: [
          field('facts.storage.{at}.name', 'field.storedName', 'line', half),
          field('facts.storage.{at}.life', 'field.life', 'period', half),
          field('facts.storage.{at}.thirdParties', 'field.thirdParties', 'tick'),
        ],
        add: fresh('facts.storage', 'list.addStored', { name: '', life: '', thirdParties: false }),
      },
    ],
  },
  {
    id: 'full',
    title: 'section.full',
    parts: [
      field('full.title', 'field.fullTitle'),
      {
        list: 'full.table',
        label: 'list.table',
        one: 'list.row',
        name: (doc, at) => doc.full.table[at]?.term ?? '',
        fields: [field('full.table.{at}.term', 'field.term'), field('full.table.{at}.text', 'field.termText', 'text')],
        add: fresh('full.table', 'list.addRow', { term: '', text: '' }),
      },
      {
        list: 'full.sections',
        label: 'list.sections',
        one: 'list.section',
        name: (doc, at) => doc.full.sections[at]?.heading ?? '',
        fields: [
          field('full.sections.{at}.heading', 'field.heading'),
          field('full.sections.{at}.paragraphs', 'field.paragraphs', 'paragraphs', { hint: 'field.paragraphsHint' }),
        ],
        add: fresh('full.sections', 'list.addSection', { heading: '', paragraphs: [] }),
      },
    ],
  },
];
