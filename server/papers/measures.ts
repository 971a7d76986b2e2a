import { papersWords } from '../../shared/i18n/papers.en.ts';
import { measureWords } from '../../shared/i18n/papers-measures.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { AGENT_IDLE, AGENT_LIFE } from '../agents/sessions.ts';
import { isLoopbackOrigin } from '../config.ts';
import { type Block, blank, type Cell, facts } from './paper.ts';
import type { Running } from './running.ts';
import { dateOf, hoursText, periodText } from './said.ts';

/** What is done for security (GDPR Art. 32), as this relay runs; where it cannot know, the owner is asked. */
export function measures(running: Running): Block {
  const w = measureWords;
  return facts(
    [w.sealed, [w['sealed.text'], w['sealed.plain']]],
    [w.keys, keys(running)],
    [w.transit, transit(running)],
    [w.access, access(running)],
    [w.proof, [w['proof.text'], ...headsCells(running)]],
    [w.purge, [w['purge.text'], running.database === 'SQLite' ? w['purge.sqlite'] : w['purge.postgres']]],
    [w.periods, w['periods.text']],
    [w.minimal, w['minimal.text']],
    [w.restore, [w['restore.text'], ...backups(running)]],
    [w.checks, [w['checks.text'], blank(w['checks.what'])]],
  );
}

function keys({ masterKey, database }: Running): Cell[] {
  const w = measureWords;
  if (masterKey === 'environment') return [w['keys.text'], w['keys.environment'], blank(w['keys.environment.what'])];
  return [w['keys.text'], w['keys.file'], ...(database === 'SQLite' ? [w['keys.beside']] : [])];
}

function transit({ origin, database, sslMode, proxies }: Running): Cell[] {
  const w = measureWords;
  return [
    fill(isLoopbackOrigin(origin) ? w['transit.local'] : w['transit.tls'], { origin }),
    ...(proxies > 0 ? [fill(w['transit.proxies'], { count: proxies }), blank(w['transit.proxies.what'])] : []),
    ...(database === 'SQLite'
      ? [w['transit.sqlite']]
      : [sslMode === null ? blank(w['transit.postgres.what']) : fill(w['transit.postgres'], { mode: sslMode })]),
  ];
}

function access(running: Running): Cell[] {
  const w = measureWords;
  return [
    fill(w['access.text'], { idle: hoursText(AGENT_IDLE), life: hoursText(AGENT_LIFE) }),
    fill(w['access.roles'], { counts: staffText(running) }),
    w['access.looks'],
  ];
}

function headsCells({ heads }: Running): Cell[] {
  const w = measureWords;
  const kept = [...(heads.file ? [w['proof.heads.file']] : []), ...(heads.url ? [w['proof.heads.url']] : [])];
  return kept.length > 0 ? kept : [w['proof.heads.none']];
}

function backups({ backup }: Running): Cell[] {
  const w = measureWords;
  if (!backup) return [blank(w['restore.what'])];
  const values = { date: dateOf(backup.at), data: periodText(backup.data), keys: periodText(backup.keys) };
  return [fill(w['restore.backups'], values), blank(w['restore.rest'])];
}

/** How many accounts have which role: no names. */
export function staffText({ staff }: Running): string {
  const counts = staff.map(({ role, count }) => fill(papersWords['record.staff.count'], { count, role }));
  return counts.join(', ') || papersWords.none;
}
