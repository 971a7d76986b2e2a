import { endingWords } from '../../shared/i18n/ending.en.ts';
import type { SiteRow } from '../store/rows.ts';

/** True once the service of a site has ended: it offers nothing and takes nothing (PR-59). */
export const hasEnded = ({ settings }: Pick<SiteRow, 'settings'>): boolean => settings.endedAt !== undefined;

/** What a frame that was still asked for shows. */
export function endedPage(): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${endingWords.ended}</title><p>${endingWords.ended}</p></html>\n`;
}
