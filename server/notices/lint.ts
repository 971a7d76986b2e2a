import { formPurposes, isThirdParty, type NoticeDoc, RIGHTS } from '../../shared/notice.ts';
import type { SiteSettings } from '../store/rows.ts';
import { type Check, type Finding, type Found, fullTextOf } from './findings.ts';
import { STORED, unlikeSettings } from './generated.ts';
import { LAYERS, type Layer, says } from './layers.ts';
import { lawWords, placeholders } from './lint-law.ts';
import { isPeriod, periods } from './lint-periods.ts';
import { specialCategories } from './lint-special.ts';

const BASES = ['consent', 'contract', 'legitimate_interest', 'legal_obligation'];
/** So many letters of short words stand above Start without scrolling on a phone of 360 × 640. */
export const CLAUSE_MAX = 330;

/** Every finding, errors first. What is right gives none. */
export function lintNotice(doc: NoticeDoc, settings: SiteSettings): Finding[] {
  const { facts } = doc;
  if (!facts) return [{ rule: 'PR-03', level: 'error', key: 'facts.missing', where: '' }];
  const found = CHECKS.flatMap((check) => check(doc, settings, facts)).map(
    ({ level = 'error', ...one }): Finding => ({ level, ...one }),
  );
  // Last, because most of what is wrong above is unlike the settings too.
  if (!found.some(({ level }) => level === 'error'))
    for (const where of unlikeSettings(doc, settings))
      found.push({
        rule: /cookie|storage|retention/.test(where) ? 'PR-07' : 'PR-06',
        level: 'error',
        key: 'settings.unlike',
        where,
      });
  return found.sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'));
}

const parties: Check = ({ controller, authority }) => [
  ...(['name', 'address', 'contact'] as const)
    .filter((part) => controller[part].trim() === '')
    .map((where): Found => ({ rule: 'PR-03', key: 'controller.missing', where })),
  ...(authority.trim() === '' ? [{ rule: 'PR-03', key: 'authority.missing', where: '' } as const] : []),
];

const purposes: Check = (doc, _settings, facts) => {
  const found: Found[] = doc.purposes.length === 0 ? [{ rule: 'PR-03', key: 'purpose.none', where: '' }] : [];
  const gates = doc.purposes.filter(({ required }) => required);
  const isFirm = ({ required, legalBasis }: NoticeDoc['purposes'][number]): boolean => required || legalBasis !== 'consent';
  if (doc.purposes.length > 0 && !doc.purposes.some(isFirm)) found.push({ rule: 'PR-01', key: 'purpose.rest', where: '' });
  for (const [at, { id, legalBasis, required, asked, recipients: others }] of doc.purposes.entries()) {
    const words = doc.words.purposes[id];
    if (doc.purposes.findIndex((one) => one.id === id) !== at) found.push({ rule: 'PR-11', key: 'purpose.twice', where: id });
    if (required && asked !== 'form') found.push({ rule: 'PR-02', key: 'purpose.form', where: id });
    else if (asked === 'chat' && (id !== 'persistence' || others.length > 0))
      found.push({ rule: 'PR-07', key: 'purpose.chat', where: id });
    if (!BASES.includes(legalBasis)) found.push({ rule: 'PR-01', key: 'purpose.basis', where: id });
    if (required && (legalBasis !== 'consent' || gates[0]?.id !== id))
      found.push({ rule: 'PR-02', key: 'purpose.gate', where: id });
    if (!words?.name.trim()) found.push({ rule: 'PR-03', key: 'purpose.words', where: id });
    if (legalBasis === 'consent' && !words?.label.trim()) found.push({ rule: 'PR-04', key: 'purpose.label', where: id });
  }
  const rests = doc.purposes.some(({ legalBasis }) => legalBasis === 'legitimate_interest');
  if (rests && !facts.interest?.trim()) found.push({ rule: 'PR-03', key: 'interest.missing', where: '' });
  return found;
};

const recipients: Check = ({ purposes: all }, _settings, facts) => {
  const listed = new Set(facts.recipients.map(({ name }) => name));
  const named = all.flatMap((purpose) => purpose.recipients);
  return [
    ...named.filter((one) => !listed.has(one)).map((where): Found => ({ rule: 'PR-05', key: 'recipient.unlisted', where })),
    ...facts.recipients
      .filter(({ country }) => !/^[A-Z]{2}$/.test(country))
      .map(({ name }): Found => ({ rule: 'PR-05', key: 'recipient.country', where: name })),
    ...facts.transfers
      .filter(({ safeguard }) => safeguard.trim() === '')
      .map(({ country }): Found => ({ rule: 'PR-03', key: 'transfer.safeguard', where: country })),
  ];
};

const rights: Check = (_doc, _settings, facts) =>
  RIGHTS.filter((right) => !facts.rights.includes(right)).map((where) => ({ rule: 'PR-03', key: 'rights.missing', where }));

/** The list is what the widget sets, the question names it, and nothing in it is made up. */
const storage: Check = (doc, _settings, facts) => {
  const isAsked = doc.purposes.some(({ asked, legalBasis }) => asked === 'chat' && legalBasis === 'consent');
  const set = isAsked ? STORED : [];
  const listed = facts.storage.map(({ name }) => name);
  const { title, body } = doc.words.cookie;
  return [
    ...set.filter((name) => !listed.includes(name)).map((where): Found => ({ rule: 'PR-07', key: 'storage.unlisted', where })),
    ...listed.filter((name) => !set.includes(name)).map((where): Found => ({ rule: 'PR-07', key: 'storage.unknown', where })),
    ...set
      .filter((name) => !`${title} ${body}`.includes(name))
      .map((where): Found => ({ rule: 'PR-07', key: 'storage.unsaid', where })),
    ...facts.storage
      .filter(({ life }) => !isPeriod(life))
      .map(({ name }): Found => ({ rule: 'PR-07', key: 'period.invalid', where: name })),
  ];
};

/** The words above the box, held against the facts, by the patterns of their language (PR-04, PR-06, PR-08, PR-10). */
const firstLayer: Check = (doc, { ipMode }, facts) => {
  const layer = LAYERS[doc.locale];
  if (!layer) return [{ rule: 'PR-09', key: 'locale.unknown', where: doc.locale }];
  const { clause } = doc.words.form;
  const boxes = formPurposes(doc).map(({ id }) => `${doc.words.purposes[id]?.label} ${doc.words.purposes[id]?.note}`);
  const found: Found[] = [];
  const must = (part: keyof Layer, rule: string, key: Found['key'], where = ''): void => {
    if (!says(layer, part, clause)) found.push({ rule, key, where });
  };
  if (!clause.includes(facts.shortName) || facts.shortName.trim() === '')
    found.push({ rule: 'PR-04', key: 'layer.controller', where: doc.controller.name });
  must('data', 'PR-04', 'layer.data');
  must('period', 'PR-04', 'layer.period');
  must('automated', 'PR-04', 'layer.automated');
  must('transfer', 'PR-04', 'layer.transfer');
  must('withdrawal', 'PR-08', 'layer.withdrawal');
  must('lawful', 'PR-08', 'layer.lawful');
  must('time', 'PR-06', 'evidence.time');
  if (ipMode === 'none' && says(layer, 'ip', clause)) found.push({ rule: 'PR-06', key: 'evidence.noIp', where: '' });
  if (ipMode !== 'none') must('ip', 'PR-06', 'evidence.ip');
  const gate = formPurposes(doc).find(({ required }) => required);
  if (facts.minAge !== null && gate && !boxes.some((text) => text.includes(`${facts.minAge}`)))
    found.push({ rule: 'PR-10', key: 'age.missing', where: gate.id });
  if (clause.length > CLAUSE_MAX) found.push({ rule: 'PR-04', level: 'warning', key: 'layout.scroll', where: `${CLAUSE_MAX}` });
  return found;
};

/** The full notice names everybody and everything that the facts do. */
const fullText: Check = (doc, _settings, facts) => {
  const text = fullTextOf(doc);
  const { name, address, contact } = doc.controller;
  const needed = [
    name,
    address,
    contact,
    doc.authority,
    facts.representative,
    facts.dpo,
    facts.interest,
    facts.automated,
    ...facts.recipients.map((one) => one.name),
    ...facts.transfers.map((one) => one.safeguard),
    ...facts.storage.map((one) => one.name),
    ...doc.purposes.filter(isThirdParty).flatMap((purpose) => purpose.recipients),
  ];
  return [...new Set(needed)]
    .filter((one): one is string => !!one && !text.includes(one))
    .map((where) => ({ rule: 'PR-03', key: 'full.missing', where }));
};

const words: Check = ({ words: { form, cookie } }) =>
  Object.entries({ ...form, ...cookie })
    .filter(([, word]) => word.trim() === '')
    .map(([where]) => ({ rule: 'PR-09', key: 'word.missing', where }));

/** So long are the words by which a purpose is known again; shorter ones stand everywhere. */
const TELLING = 5;

/** A purpose with a box is said beside it; one that rests on no consent is said above the boxes, or nowhere (PR-04). */
const saidPurposes: Check = ({ purposes: all, words: { form, purposes: said } }) => {
  const clause = form.clause.toLowerCase();
  const isSaid = (name: string): boolean =>
    name
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .some((word) => word.length >= TELLING && clause.includes(word));
  return all
    .filter(({ legalBasis }) => legalBasis !== 'consent')
    .map(({ id }) => said[id]?.name ?? '')
    .filter((name) => name.trim() !== '' && !isSaid(name))
    .map((where) => ({ rule: 'PR-04', key: 'layer.purpose', where }));
};

const CHECKS: readonly Check[] = [
  parties,
  purposes,
  periods,
  recipients,
  rights,
  storage,
  firstLayer,
  saidPurposes,
  fullText,
  words,
  placeholders,
  lawWords,
  specialCategories,
];
