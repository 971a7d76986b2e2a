import type { AuditLine } from '../../../shared/audit-api.ts';
import { auditEn } from '../../../shared/i18n/desk/audit.en.ts';
import { wordsOf } from '../../i18n.ts';

export const a = wordsOf(auditEn);

type CodeWord = keyof typeof auditEn & `${'action' | 'object'}.${string}`;
const isCodeWord = (word: string): word is CodeWord => Object.hasOwn(auditEn, word);
/** What has no words, such as an action of a newer relay, is told by its code. */
const wordsFor = (word: string, code: string): string => (isCodeWord(word) ? a(word) : code);

export const actionWords = (action: string): string => wordsFor(`action.${action}`, action);
export const objectWords = (object: string): string => wordsFor(`object.${object}`, shortId(object));

export function whoWords({ actor, agent }: AuditLine): string {
  if (agent?.name) return agent.name;
  return actor === null ? a('who.unknown') : a(`who.${actor}`);
}

/** How it was done, where the line says so. */
export const detailWords = ({ detail }: AuditLine): string =>
  Object.entries(detail ?? {})
    .map(([key, value]) => (key === 'action' ? actionWords(String(value)) : shortId(String(value))))
    .join(', ');

/** `01a22dee…b70b`; what is short stands whole. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
