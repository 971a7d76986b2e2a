/** A stretch of text, or an address that may be opened. */
export interface Piece {
  text: string;
  href: string | null;
}

const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\\^{|}]+/giu;
/** What ends a sentence, not an address. */
const TAIL = /[.,;:!?…'"»”’]+$/u;
/** Characters that change the direction of writing or have no width: with them an address can look like another. */
const DECEIVING = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

function balanced(text: string): string {
  // A closing bracket belongs to the sentence unless the address opened it.
  let end = text.length;
  while (end > 0 && text[end - 1] === ')' && text.slice(0, end).split('(').length < text.slice(0, end).split(')').length)
    end -= 1;
  return text.slice(0, end);
}

/** The address to open, or null: only http, https and mailto, nothing that passes for another site. */
export function safeHref(text: string): string | null {
  if (DECEIVING.test(text)) return null;
  try {
    const url = new URL(text);
    if (url.protocol === 'mailto:') return /^[^@]+@[^@]+$/.test(url.pathname) ? url.href : null;
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
    // https://bank.example@evil.example reads as the bank.
    if (url.username !== '' || url.password !== '') return null;
    return url.href;
  } catch {
    return null;
  }
}

/** Cuts a message into text and safe addresses. Nothing else ever becomes a link. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = balanced(match[0].replace(TAIL, '')).replace(TAIL, '');
    const href = safeHref(address);
    if (href === null) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), href: null });
  return found;
}
