import { lintWords } from '../../shared/i18n/lint.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type { NoticeDesk } from '../../shared/owner-api.ts';
import { getAt } from '../models/notice-doc.ts';
import { choiceWords, placeOf } from './places.ts';

export type Finding = NoticeDesk['findings'][number];

/** Where a kind of finding is mended, when that does not hang on what it names. */
const FIXED: Readonly<Record<string, string>> = {
  'facts.missing': 'controller.name',
  'authority.missing': 'authority',
  'purpose.none': 'purposes',
  'purpose.rest': 'purposes.0.required',
  'interest.missing': 'facts.interest',
  'rights.missing': 'facts.rights',
  'storage.unlisted': 'facts.storage',
  'storage.unsaid': 'words.cookie.body',
  'full.missing': 'full.sections',
  'layout.scroll': 'words.form.clause',
  'special.hint': 'words.form.questionHint',
  'law.recorded': 'words.form.clause',
  'law.sale': 'words.form.clause',
  'law.officer': 'facts.dpo',
};
/** The same for what is named by the id of a purpose: a value of the purpose, or one of its words. */
const OF_PURPOSE: Readonly<Record<string, string>> = {
  'purpose.basis': 'legalBasis',
  'purpose.gate': 'required',
  'purpose.form': 'asked',
  'purpose.twice': 'asked',
  'purpose.chat': 'asked',
  'purpose.words': 'words.name',
  'purpose.label': 'words.label',
  'age.missing': 'words.note',
  'special.unmarked': 'special',
  'special.box': 'special',
  'special.label': 'words.label',
  'special.sensitive': 'words.label',
};

/** Which place a finding is about; null where no single one is. */
export function placeOfFinding({ key, where, rule }: Finding, doc: NoticeDoc): string | null {
  const fixed = FIXED[key];
  const part = OF_PURPOSE[key];
  if (fixed) return fixed;
  if (part) return ofPurpose(where.replace(/: .*$/, ''), part, doc);
  switch (key) {
    case 'controller.missing':
      return `controller.${where}`;
    case 'access.unsaid':
      return 'full.sections';
    case 'period.ip':
      return 'periods.ip';
    case 'period.absurd':
    case 'period.long':
    case 'period.invalid': {
      const [, id = '', said] = /^(.*): how long (it is kept|the agreement holds)$/.exec(where) ?? [];
      if (said) return ofPurpose(id, said === 'it is kept' ? 'retention' : 'validity', doc);
      if (where === 'the log of access') return 'full.sections';
      return rule === 'PR-07' ? item(doc, 'facts.storage', 'name', where, 'life') : `periods.${where}`;
    }
    case 'recipient.unlisted':
      return `purposes.${doc.purposes.findIndex(({ recipients }) => recipients.includes(where))}.recipients`;
    case 'recipient.country':
      return item(doc, 'facts.recipients', 'name', where, 'country');
    case 'transfer.safeguard':
      return item(doc, 'facts.transfers', 'country', where, 'safeguard');
    case 'storage.unknown':
      return item(doc, 'facts.storage', 'name', where, 'name');
    case 'word.missing':
      return where in doc.words.cookie ? `words.cookie.${where}` : `words.form.${where}`;
    case 'word.unfilled':
      return pathWith(where, doc);
    case 'settings.unlike':
      return where;
  }
  if (/^(layer|evidence)\./.test(key)) return 'words.form.clause';
  return key.startsWith('law.') ? 'full.sections' : null;
}

function ofPurpose(id: string, part: string, doc: NoticeDoc): string {
  const at = doc.purposes.findIndex((one) => one.id === id);
  if (at < 0) return 'purposes';
  return part.startsWith('words.') ? `words.purposes.${id}.${part.slice(6)}` : `purposes.${at}.${part}`;
}

/** The part of the item of a list that is known by one of its values; the list where none is. */
function item(doc: NoticeDoc, list: string, by: string, value: string, part: string): string {
  const items = (getAt(doc, list) ?? []) as Record<string, unknown>[];
  const at = items.findIndex((one) => one[by] === value);
  return at < 0 ? list : `${list}.${at}.${part}`;
}

/** The first place that has this text in it. */
function pathWith(text: string, value: unknown, path = ''): string | null {
  if (typeof value === 'string') return value.includes(text) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, one] of Object.entries(value)) {
    const found = pathWith(text, one, path === '' ? key : `${path}.${key}`);
    if (found) return found;
  }
  return null;
}

/** What is wrong and how to mend it, with places called as the editor calls them; `there`, at the place itself. */
export function findingWords(finding: Finding, doc: NoticeDoc, there = false): string {
  const { key, where, text, rule } = finding;
  const path = placeOfFinding(finding, doc);
  const place = path ? placeOf(path, doc) : null;
  const [, id = '', rest = ''] = /^(.*?)(: .*)?$/.exec(where) ?? [];
  const purpose = doc.words.purposes[id]?.name.trim();
  const called = /^(controller|period|word\.missing|settings)/.test(key)
    ? there
      ? place?.label
      : place?.name
    : key in OF_PURPOSE
      ? purpose && purpose + rest
      : key === 'rights.missing'
        ? choiceWords(where)
        : null;
  if (called && Object.hasOwn(lintWords, key)) return fill(lintWords[key as keyof typeof lintWords], { where: called });
  return text.replace(` (${rule})`, '');
}
