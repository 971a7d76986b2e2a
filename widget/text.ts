/** What a visitor types, made fit to be sent. The relay checks the same again. */

const BLANK = /^[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$/;

/** The text without what cannot be sent: controls other than tab and line feed, halves of surrogate pairs. */
export function cleanText(text: string): string {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
  return BLANK.test(clean) ? '' : clean.trim();
}

/** Length as the relay counts: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length;
}
