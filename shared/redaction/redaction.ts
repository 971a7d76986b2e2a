import { redactionWords } from '../i18n/redaction.en.ts';
import { fill } from '../i18n/translate.ts';
import { findCards, type Span } from './cards.ts';
import { type Glyphs, glyphsOf } from './glyphs.ts';
import { findIbans } from './ibans.ts';
import { type Compiled, compilePattern, findPattern } from './patterns.ts';

/**
 * What is done about something that need not be kept: nothing; taken out, unless the visitor was asked and sends it as it
 * is; taken out, whoever says what.
 */
export const REDACTION_MODES = ['off', 'ask', 'remove'] as const;
export type RedactionMode = (typeof REDACTION_MODES)[number];

export interface OwnPattern {
  /** Stands in the question and in the mark, e.g. "Member number". */
  name: string;
  /** See `compilePattern`. */
  pattern: string;
  mode: Exclude<RedactionMode, 'off'>;
}

/** What an owner wants taken out of what people write, before it is stored. */
export interface RedactionRules {
  cards: RedactionMode;
  ibans: RedactionMode;
  own: OwnPattern[];
  /** Numbers that stay as they are: the owner's own account, say. */
  spared: string[];
}

/** Private by default (PR-74, GDPR Art. 25(2)): for a site whose owner has said nothing. */
export const DEFAULT_RULES: RedactionRules = { cards: 'remove', ibans: 'remove', own: [], spared: [] };

/** Something that need not be kept, in a text. */
export interface Found {
  kind: 'card' | 'iban' | 'own';
  /** Of the owner's pattern; empty for the others. */
  name: string;
  /** UTF-16 offsets, the end not in it. */
  start: number;
  end: number;
  /** The owner lets the visitor send it after all. */
  maySend: boolean;
}

/** Fewer digits than this and no pattern of the owner's: there is nothing to look for. */
const DIGITS_MIN = 12;

function hasEnoughDigits(text: string): boolean {
  let left = DIGITS_MIN;
  for (const _ of text.matchAll(/\p{Nd}/gu)) if (--left === 0) return true;
  return false;
}

/** What in a text need not be kept, in its order, each place once. The time grows with the text, and with nothing else. */
export function findIn(text: string, rules: RedactionRules): Found[] {
  if (rules.own.length === 0 && !hasEnoughDigits(text)) return [];
  const glyphs = glyphsOf(text);
  // Looked for in any case: what is an account's number is no card's.
  const ibans = findIbans(glyphs);
  const found: Found[] = [];
  const add = (spans: readonly Span[], kind: Found['kind'], mode: RedactionMode, name = ''): void => {
    if (mode === 'off') return;
    for (const [from, to] of spans) {
      if (kind !== 'own' && isSpared(glyphs, from, to, rules.spared)) continue;
      found.push({ kind, name, start: glyphs.at[from] as number, end: glyphs.at[to] as number, maySend: mode === 'ask' });
    }
  };
  add(ibans, 'iban', rules.ibans);
  if (rules.cards !== 'off') {
    const cards = findCards(glyphs).filter(([from, to]) => !ibans.some(([start, end]) => from >= start && to <= end));
    add(cards, 'card', rules.cards);
  }
  for (const own of compiledOf(rules)) add(findPattern(glyphs, own.steps), 'own', own.mode, own.name);
  return merged(withoutMarks(text, rules, found));
}

/** Taking one thing out may lay another bare that it was written together with, hardly ever a third. */
const PASSES = 5;

/**
 * The text with a mark in the place of each thing that need not be kept; all else stays byte for byte, and what was taken
 * out once has nothing more to take. `asIs`: the visitor was asked, and sends what the owner lets them.
 */
export function redacted(text: string, rules: RedactionRules, asIs = false): string {
  let out = text;
  for (let pass = 0; pass < PASSES; pass++) {
    const found = findIn(out, rules).filter(({ maySend }) => !(asIs && maySend));
    if (found.length === 0) break;
    out = marked(out, found);
  }
  return out;
}

function marked(text: string, found: readonly Found[]): string {
  let out = '';
  let from = 0;
  for (const one of found) {
    out += text.slice(from, one.start) + markOf(one);
    from = one.end;
  }
  return out + text.slice(from);
}

/** What stands in its place, e.g. "[card number removed]". */
export function markOf({ kind, name }: Pick<Found, 'kind' | 'name'>): string {
  return fill(redactionWords[`mark.${kind}`], { name });
}

const compiled = new WeakMap<RedactionRules, { name: string; mode: RedactionMode; steps: Compiled }[]>();

/** Patterns that cannot be used are left out: they were refused when they were written. */
function compiledOf(rules: RedactionRules): { name: string; mode: RedactionMode; steps: Compiled }[] {
  const known = compiled.get(rules);
  if (known) return known;
  const usable = rules.own.flatMap(({ name, mode, pattern }) => {
    const steps = compilePattern(pattern);
    return typeof steps === 'string' ? [] : [{ name, mode, steps }];
  });
  compiled.set(rules, usable);
  return usable;
}

/** Letters and digits alone, as one writes them: 4 digits of another script are the same 4 digits. */
function isSpared({ kind, value }: Glyphs, from: number, to: number, spared: readonly string[]): boolean {
  if (spared.length === 0) return false;
  return spared.some((number) => {
    const wanted = glyphsOf(number);
    let index = 0;
    for (let at = from; at < to; at++) {
      if ((kind[at] as number) < 2) continue;
      while (index < wanted.length && (wanted.kind[index] as number) < 2) index++;
      if (index >= wanted.length || wanted.value[index] !== value[at] || wanted.kind[index] !== kind[at]) return false;
      index++;
    }
    return wanted.kind.subarray(index, wanted.length).every((one) => one < 2);
  });
}

/** Marks that stand in the text already are no find, whatever pattern they fit: taken out twice is as once. */
function withoutMarks(text: string, rules: RedactionRules, found: Found[]): Found[] {
  if (rules.own.length === 0) return found;
  const marks = [markOf({ kind: 'card', name: '' }), markOf({ kind: 'iban', name: '' })];
  const standing: [number, number][] = [];
  for (const mark of [...marks, ...rules.own.map(({ name }) => markOf({ kind: 'own', name }))]) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) standing.push([at, at + mark.length]);
  }
  return found.filter(({ start, end }) => !standing.some(([from, to]) => start < to && end > from));
}

/** What overlaps is one thing, under the name of the first; it may be sent only where all of it may. */
function merged(found: Found[]): Found[] {
  const out: Found[] = [];
  for (const one of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = out.at(-1);
    if (!last || one.start >= last.end) out.push(one);
    else Object.assign(last, { end: Math.max(last.end, one.end), maySend: last.maySend && one.maySend });
  }
  return out;
}
