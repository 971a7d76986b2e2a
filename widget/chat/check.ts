import { EMAIL_MAX_CHARS, MESSAGE_MAX_CHARS, NAME_MAX_CHARS } from '../../shared/limits.ts';
import { formPurposes, type NoticeHead } from '../../shared/notice.ts';
import { boxId, type Wrongs } from '../notice/asked.ts';
import { cleanText, lengthOf } from '../text.ts';
import { say } from './words.ts';

/** What stands in the form, as typed and ticked. */
export interface Typed {
  question: string;
  name: string;
  email: string;
  /** By purpose. */
  ticked: Record<string, boolean>;
}

/** Read when it is sent, not when Start was pressed: a box that was unticked in between is not agreed to. */
export function typedIn(doc: NoticeHead): Typed {
  const field = (id: string) => document.getElementById(id) as HTMLInputElement | null;
  const value = (id: string): string => field(id)?.value ?? '';
  return {
    question: value('question'),
    name: value('name'),
    email: value('email'),
    ticked: Object.fromEntries(formPurposes(doc).map(({ id }) => [id, field(boxId(id))?.checked === true])),
  };
}

/** What has to be mended before Start can start. */
export function wrongIn(doc: NoticeHead, typed: Typed): Wrongs {
  const wrongs: Wrongs = {};
  const question = cleanText(typed.question);
  const over = lengthOf(question) - MESSAGE_MAX_CHARS;
  if (!question) wrongs.question = say('wrongQuestion');
  if (over > 0) wrongs.question = say('wrongLong', { over, max: MESSAGE_MAX_CHARS });
  const name = cleanText(typed.name);
  const nameOver = lengthOf(name) - NAME_MAX_CHARS;
  if (!name && doc.fields.name === 'required') wrongs.name = say('wrongName');
  if (nameOver > 0) wrongs.name = say('wrongLong', { over: nameOver, max: NAME_MAX_CHARS });
  const email = cleanText(typed.email);
  if (
    email ? !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) || lengthOf(email) > EMAIL_MAX_CHARS : doc.fields.email === 'required'
  ) {
    wrongs.email = say(/^[^\s@]+@[^\s@.]+$/.test(email) ? 'wrongEnd' : 'wrongEmail');
  }
  for (const { id, required } of formPurposes(doc)) {
    if (required && !typed.ticked[id]) wrongs[boxId(id)] = say('wrongAgree');
  }
  return wrongs;
}
