import { MESSAGE_MAX_CHARS } from '../../shared/limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the relay refuses
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LONE_SURROGATES = /\p{Cs}/gu;
/** White space and characters without a width: text of nothing but these is empty. */
const BLANK = /^[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$/;

/** What is pasted or typed, as it may be sent: line ends as one character, nothing that the relay refuses. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(CONTROLS, '').replace(LONE_SURROGATES, '\ufffd').trim();
}

/** Characters left before a message is too long; below zero it cannot be sent. */
export function charsLeft(text: string): number {
  return MESSAGE_MAX_CHARS - [...cleanText(text)].length;
}

/** Is there something to send, and does it fit? */
export function canSend(text: string): boolean {
  const clean = cleanText(text);
  return !BLANK.test(clean) && charsLeft(clean) >= 0;
}
