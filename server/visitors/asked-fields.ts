import type { NoticeDoc } from '../../shared/notice.ts';
import { Refusal } from '../errors.ts';

/** @throws Refusal `invalid` naming each field that is missing, or that nobody asked for. */
export function requireAsked(asked: NoticeDoc['fields'], given: { name: string | null; email: string | null }): void {
  const fields: Record<string, string> = {};
  for (const field of ['name', 'email'] as const) {
    if (asked[field] === 'required' && !given[field]) fields[field] = 'required';
    if (asked[field] === 'off' && given[field]) fields[field] = 'not_asked';
  }
  if (Object.keys(fields).length > 0) throw new Refusal('invalid', { fields });
}
