import type { AuditLine } from '../../../shared/audit-api.ts';
import { auditEn } from '../../../shared/i18n/desk/audit.en.ts';
import { wordsOf } from '../../i18n.ts';

export const a = wordsOf(auditEn);

type ActionWord = keyof typeof auditEn & `action.${string}`;
const isActionWord = (word: string): word is ActionWord => Object.hasOwn(auditEn, word);

/** What was done; an action of a newer relay is told by its code. */
export function actionWords(action: string): string {
  const word = `action.${action}`;
  return isActionWord(word) ? a(word) : action;
}

export function whoWords({ actor, agent }: AuditLine): string {
  if (agent?.name) return agent.name;
  return actor === null ? a('who.unknown') : a(`who.${actor}`);
}

/** `01a22dee…b70b`; what is short stands whole. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
