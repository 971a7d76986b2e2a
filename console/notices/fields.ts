import type { NoticeDoc } from '../../shared/notice.ts';
import { type NoticeWord, n } from './words.ts';

/** How a field is filled in. */
export type Kind =
  | 'line'
  | 'text'
  | 'maybe'
  | 'maybeText'
  | 'period'
  | 'lines'
  | 'paragraphs'
  | 'tick'
  | 'mark'
  | 'age'
  | 'one'
  | 'many';

/** One value of a notice. In paths `{at}` is the place in the list and `{id}` the purpose's id. */
export interface Field {
  path: string;
  label: NoticeWord;
  kind: Kind;
  hint?: NoticeWord;
  /** For `one` and `many`: the values; their words are `choice.VALUE`. */
  of?: readonly string[];
  /** Takes no more than half of the width. */
  half?: true;
  /** Says how many letters it has. */
  counted?: true;
}

export interface List {
  list: string;
  label: NoticeWord;
  /** The name of one item, with `{name}`. */
  one: NoticeWord;
  name: (doc: NoticeDoc, at: number) => string;
  fields: readonly Field[];
  /** What can be added; nothing where the items belong to another list. */
  add: readonly { label: NoticeWord; id: string; make: (doc: NoticeDoc) => NoticeDoc; when?: (doc: NoticeDoc) => boolean }[];
}

export interface Section {
  id: string;
  title: NoticeWord;
  parts: readonly (Field | List)[];
}

export function isList(part: Field | List): part is List {
  return 'list' in part;
}

/** A field of a list's item, with its place filled in. */
export function placed(one: Field, doc: NoticeDoc, at: number): Field {
  return { ...one, path: one.path.replace('{at}', `${at}`).replace('{id}', doc.purposes[at]?.id ?? '') };
}

/** How an item of a list is called: `Purpose “Answer my message”`. */
export function itemName({ one, name }: List, doc: NoticeDoc, at: number): string {
  return n(one, { name: name(doc, at).trim() || n('editor.unnamed') });
}

/** The id of a field in the page. */
export function fieldId(path: string): string {
  return `place-${path}`;
}
