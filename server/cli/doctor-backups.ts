import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import { type LifeWords, liveLonger, newestBackup, USUAL_LIVES } from '../backup/lives.ts';
import { BACKUPS_SAID } from '../notices/profiles/common.ts';
import type { Reads } from '../store/store.ts';
import { ageWords, type Finding, say } from './finding.ts';

/** One is made daily; a day more for a machine that was away. */
const LATE = 2 * DAY;

/** Whether backups are still made, and live as long as the notices say (PR-56, PR-57); silent where none was ever made. */
export async function backupFindings(read: Reads, now: number): Promise<Finding[]> {
  const newest = await newestBackup(read);
  if (!newest) return [];
  const age = ageWords(now - newest.at);
  const made = now - newest.at > LATE ? say('wrong', 'backup.old', { age }) : say('ok', 'backup.age', { age });
  return [made, ...(newest.lives ? await unlikeNotices(read, newest.lives) : [])];
}

async function unlikeNotices(read: Reads, lives: LifeWords): Promise<Finding[]> {
  if (lives.keys === USUAL_LIVES.keys && lives.data === USUAL_LIVES.data) return [];
  const sites = (await read.sites()).filter(({ settings }) => settings.endedAt === undefined);
  const found = await Promise.all(
    sites.map(async ({ id, key: site }) =>
      (await read.noticesInForce(id)).map(({ doc, version, locale }) => {
        const values = { ...lives, site, locale, version, usualKeys: USUAL_LIVES.keys, usualData: USUAL_LIVES.data };
        // In words of the owner's own no number can be told apart from another: they are asked to look.
        if (!saysUsual(doc)) return say('note', 'backup.unsaid', values);
        return liveLonger(lives, USUAL_LIVES) ? say('wrong', 'backup.longer', values) : say('note', 'backup.shorter', values);
      }),
    ),
  );
  return found.flat();
}

const saysUsual = ({ full }: NoticeDoc): boolean =>
  full.sections.some(({ paragraphs }) => paragraphs.some((text) => text.includes(BACKUPS_SAID)));
