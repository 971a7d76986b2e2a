import { EMAIL_MAX_CHARS, MESSAGE_MAX_CHARS, NAME_MAX_CHARS } from '../../shared/limits.ts';
import { formPurposes, type NoticeHead } from '../../shared/notice.ts';
import { boxId, type Typed, type Wrongs } from '../notice/asked.ts';
import { cleanText, lengthOf } from '../text.ts';
import { say } from './words.ts';

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
