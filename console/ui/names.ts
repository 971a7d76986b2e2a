import { plainName, shortName } from '../format.ts';
import { t } from '../i18n.ts';

/** The name in lists and headings. */
export function listName(name: string | null): string {
  return plainName(name ?? '') || t('inbox.noName');
}

/** The name at the start of a sentence. */
export function subjectName(name: string | null): string {
  return shortName(name ?? '') || t('talk.TheVisitor');
}

/** The name inside a sentence. */
export function objectName(name: string | null): string {
  return shortName(name ?? '') || t('talk.theVisitor');
}
