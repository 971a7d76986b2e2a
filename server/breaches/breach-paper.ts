import { breachWords } from '../../shared/i18n/breach.en.ts';
import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { lawOf } from '../papers/law.ts';
import {
  type Block,
  blank,
  type Cells,
  code,
  countBlanks,
  facts,
  type Paper,
  type Section,
  table,
  text,
} from '../papers/paper.ts';
import { dateOf, kindText, orNone, timeOf } from '../papers/said.ts';
import { HELD, KINDS, type Kind } from '../store/held.ts';
import type { BreachRow } from '../store/rows.ts';
import { VERSION } from '../version.ts';
import { authorityBy, OWNER_WITHIN } from './deadlines.ts';
import { type BreachNames, type BreachReport, reportOf } from './record.ts';

const w = breachWords;

/** The report of a breach: what the relay knows, and the items of GDPR Art. 33(3) that only people can know (PR-72). */
export function breachPaper(row: BreachRow, names: BreachNames, notes: string | null, now: number): Paper {
  const report = reportOf(row);
  const paper: Paper = {
    title: fill(w.title, { date: dateOf(row.detectedAt) }),
    about: w.about,
    sections: [
      { heading: w.scope, blocks: [scope(row, report)] },
      { heading: w.deadlines, blocks: [deadlines(row, report, names, now)] },
      nature(report),
      { heading: w.sealing, blocks: [sealing(report)] },
      { heading: w.acts, blocks: [acts(report)] },
      { heading: w.contact, blocks: [contact(names)] },
      { heading: w.effects, blocks: [text(blank(w['effects.what']))] },
      { heading: w.measures, blocks: [text(blank(w['measures.what']))] },
      { heading: w.decision, blocks: [decision(row, notes)] },
    ],
    made: [],
  };
  const made: Paper['made'] = [
    [papersWords['made.at'], timeOf(now)],
    [papersWords['made.product'], fill(papersWords.version, { version: VERSION })],
    [papersWords['made.blanks'], String(countBlanks(paper))],
    [papersWords['made.how'], papersWords['made.how.text']],
  ];
  return { ...paper, made };
}

/** Where a breach reached to, in words. */
export function whereText({ siteId }: BreachRow, { sites }: BreachReport): string {
  return siteId === null ? w['where.all'] : fill(w['where.site'], { site: sites[0]?.key ?? siteId });
}

function scope(row: BreachRow, report: BreachReport): Block {
  return facts(
    [w.id, code(row.id)],
    [w.detected, timeOf(row.detectedAt)],
    [w.window, fill(w['window.text'], { since: timeOf(row.since), until: timeOf(row.until) })],
    [w.where, whereText(row, report)],
    [w.recorded, timeOf(row.recordedAt)],
  );
}

function deadlines({ detectedAt }: BreachRow, { sites }: BreachReport, { authorities }: BreachNames, now: number): Block {
  const done = blank(w['deadline.done.what']);
  const owner: Cells[] = [w['deadline.owner'], w['deadline.owner.whom'], by(detectedAt + OWNER_WITHIN, now), done];
  const jurisdictions = [...new Set(sites.flatMap((site) => site.jurisdictions))];
  const told = jurisdictions.map((jurisdiction): Cells[] => {
    const law = lawOf(jurisdiction);
    const at = authorityBy(law, detectedAt);
    const unknown = blank(law === 'US' ? w['deadline.US.what'] : w['deadline.other.what']);
    return [
      law === 'other' ? fill(w['deadline.other'], { jurisdiction }) : w[`deadline.${law}`],
      fill(w['deadline.authority'], { authority: authorities.get(jurisdiction) ?? jurisdiction }),
      at === null ? unknown : [...by(at, now), ...(law === 'BR' ? [w['deadline.BR.note']] : [])],
      done,
    ];
  });
  const people: Cells[] = [w['deadline.people'], w['deadline.people.whom'], blank(w['deadline.people.what']), done];
  const head = [w['deadline.law'], w['deadline.whom'], w['deadline.by'], w['deadline.state']];
  return table(head, [owner, ...told, people]);
}

function by(at: number, now: number): string[] {
  return [timeOf(at), ...(at < now ? [w['deadline.late']] : [])];
}

function nature(report: BreachReport): Section {
  return {
    heading: w.nature,
    blocks: [text(blank(w['nature.what'])), facts([w['nature.taken'], blank(w['nature.taken.what'])])],
    parts: [
      {
        heading: w.people,
        blocks: [
          facts(
            [w['people.persons'], String(report.persons)],
            [w['people.conversations'], String(report.conversations)],
            [w['people.active'], String(report.active)],
            [w['people.erased'], fill(w['people.erased.text'], { count: report.erasedSince })],
            [w.ids, w['ids.text']],
          ),
        ],
      },
      { heading: w.kinds, blocks: [kinds(report)] },
    ],
  };
}

function kinds({ kinds: counts }: BreachReport): Block {
  const rows = KINDS.filter((kind) => (counts[kind]?.rows ?? 0) > 0).map((kind): Cells[] => {
    const { persons = 0, rows: records = 0 } = counts[kind] ?? {};
    return [kindText(kind), String(persons), String(records), howText(kind)];
  });
  return table([w['kind.head'], w['kind.persons'], w['kind.rows'], w['kind.how']], rows);
}

function howText(kind: Kind): string {
  const how = Object.values(HELD).find(({ kinds: those }) => those.includes(kind))?.how;
  return how === 'keyed' || how === 'hash' || how === 'plain' || how === 'wrapped' ? w[`how.${how}`] : w['how.sealed'];
}

function sealing({ masterKey, database }: BreachReport): Block {
  const key =
    masterKey === 'environment'
      ? [w['sealing.environment']]
      : [w['sealing.file'], database === 'SQLite' ? w['sealing.beside'] : w['sealing.apart']];
  return facts(
    [w['sealing.database'], w['sealing.database.text']],
    [w['sealing.key'], key],
    [w['sealing.reached'], blank(w['sealing.reached.what'])],
  );
}

function acts({ acts: done }: BreachReport): Block {
  if (done.length === 0) return text(w['acts.none']);
  return table(
    [w['acts.act'], w['acts.count']],
    done.map(({ action, count }) => [code(action), String(count)]),
  );
}

function contact({ contacts }: BreachNames): Block {
  return facts([w['contact.text'], orNone(contacts, blank(w['contact.what']))]);
}

function decision({ state, decidedAt }: BreachRow, notes: string | null): Block {
  return facts(
    [w['decision.state'], w[`state.${state}`]],
    ...(decidedAt === null ? [] : [[w['decision.at'], timeOf(decidedAt)] as const]),
    [w['decision.notes'], notes === null ? blank(w['decision.notes.what']) : notes.split(/\r?\n/)],
  );
}
