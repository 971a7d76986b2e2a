import { noticesEn } from '../../shared/i18n/notices.en.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { type Field, isList, itemName, type List, type Section } from './fields.ts';
import { SECTIONS } from './sections.ts';
import { type NoticeWord, n } from './words.ts';

/** A place of the document in the editor: its section, its field or list, and how a person calls it. */
export interface Place {
  section: string;
  part: Field | List;
  name: string;
  /** How it is called where it stands. */
  label: string;
}

interface Known {
  section: Section;
  list: List | null;
  field: Field | null;
  pattern: RegExp;
}

/** `purposes.{at}.retention` as a pattern that also holds what lies within the place. */
function pattern(path: string): RegExp {
  const whole = path.replaceAll('.', '\\.').replace('\\.{at}', '\\.(?<at>\\d+)').replace('{id}', '(?<id>[a-z0-9_-]+)');
  return new RegExp(`^${whole}(\\.|$)`);
}

// The fields of a list's items come before the list itself, of which they are the nearer name.
const KNOWN = SECTIONS.flatMap((section) =>
  section.parts.flatMap((part): Known[] => {
    if (!isList(part)) return [{ section, list: null, field: part, pattern: pattern(part.path) }];
    const fields = part.fields.map((field) => ({ section, list: part, field, pattern: pattern(field.path) }));
    const words = part.list === 'purposes' ? ['words.purposes.{id}'] : [];
    const own = [`${part.list}.{at}`, part.list, ...words].map((path) => ({
      section,
      list: part,
      field: null,
      pattern: pattern(path),
    }));
    return [...fields, ...own];
  }),
);

/** Where a path of the document stands in the editor; null where an owner cannot change it. */
export function placeOf(path: string, doc: NoticeDoc): Place | null {
  for (const { section, list, field, pattern: whole } of KNOWN) {
    const found = whole.exec(path);
    if (!found) continue;
    const { at, id } = found.groups ?? {};
    const item = id === undefined ? Number(at ?? -1) : doc.purposes.findIndex((one) => one.id === id);
    const own = list ? (item < 0 ? (id ?? n(list.label)) : itemName(list, doc, item)) : null;
    // An item's own name says enough of where it stands.
    const name = [own ?? n(section.title), field && n(field.label)].filter(Boolean).join(', ');
    const label = field ? n(field.label) : name;
    return { section: section.id, part: field ?? (list as List), name, label };
  }
  return null;
}

export function placeName(path: string, doc: NoticeDoc): string {
  return placeOf(path, doc)?.name ?? path;
}

/** "90 days"; what is no period stands as it is. */
function periodWords(period: string): string {
  const [, count, unit] = /^P(\d+)([DWMY])$/.exec(period) ?? [];
  return count && unit ? n(`period.${unit}` as NoticeWord, { count: Number(count) }) : period;
}

/** The words for one of the fixed values; the value itself where there are none. */
export function choiceWords(value: unknown): string {
  const word = `choice.${value}`;
  return isWord(word) ? n(word) : String(value);
}

function isWord(word: string): word is NoticeWord {
  return Object.hasOwn(noticesEn, word);
}

/** A value of the document as a person reads it. */
export function valueWords(value: unknown, part: Field | List | null): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return n(value ? 'choice.yes' : 'choice.no');
  if (Array.isArray(value)) return value.map((one) => valueWords(one, part)).join('; ');
  if (typeof value === 'object')
    return Object.values(value)
      .map((one) => valueWords(one, null))
      .filter(Boolean)
      .join(' · ');
  const kind = part && !isList(part) ? part.kind : null;
  if (kind === 'one' || kind === 'many') return choiceWords(value);
  return kind === 'period' || (typeof value === 'string' && /^P\d+[DWMY]$/.test(value))
    ? periodWords(String(value))
    : String(value);
}
