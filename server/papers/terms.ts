import { papersWords } from '../../shared/i18n/papers.en.ts';
import { termsWords } from '../../shared/i18n/papers-terms.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DAY } from '../../shared/limits.ts';
import { END_WITHIN } from '../ending/due.ts';
import type { NoticeRow } from '../store/rows.ts';
import { measures, staffText } from './measures.ts';
import { type Block, blank, type Cell, type Cells, facts, type Section, table, text } from './paper.ts';
import { factOf, purposesOf, type Running, type RunningSite, saidBy } from './running.ts';
import { dataText, inLanguages, orNone, periodText, perSite } from './said.ts';

const w = termsWords;

/** Terms between a controller and whoever runs the relay for it: GDPR Art. 28(3)(a) to (h), to be agreed and signed. */
export function processorTerms(running: Running): Section[] {
  return [
    ...perSite(running, (one) => ({ blocks: [parties(one), subject(running, one)] })),
    { heading: w.clauses, blocks: [], parts: clauses(running) },
    { heading: w.measures, blocks: [measures(running)] },
    ...subProcessors(running),
  ];
}

function parties(one: RunningSite): Block {
  const controllers = saidBy(one.notices, ({ doc }) => [doc.controller]).map((said) =>
    inLanguages([said.value.name, said.value.address, said.value.contact].join(', '), said, one),
  );
  return facts(
    [w['parties.controller'], controllers],
    [w['parties.processor'], blank(w['parties.processor.what'])],
    [w['parties.signed'], blank(w['parties.signed.what'])],
  );
}

function subject({ origin }: Running, one: RunningSite): Block {
  const purposes = purposesOf(one.notices);
  const data = new Set(purposes.flatMap(({ value }) => value.dataTypes.map((type) => dataText(type, value.special))));
  return facts(
    [w['subject.matter'], fill(w['subject.matter.text'], { site: one.site.key, origin })],
    [w['subject.duration'], blank(w['subject.duration.what'])],
    [w['subject.nature'], orNone(purposes.map((said) => inLanguages(said.value.name, said, one)))],
    [w['subject.data'], orNone([...data])],
    [w['subject.whose'], papersWords['record.visitors']],
  );
}

/** The text of each clause, then what this relay does for it. */
function clauses(running: Running): NonNullable<Section['parts']> {
  const here = fill(w['clause.b.here'], { counts: staffText(running) });
  const all: Record<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h', Cells> = {
    a: [w['clause.a.here']],
    b: [here, blank(w['clause.b.what'])],
    c: [],
    d: [w['clause.d.here'], blank(w['clause.d.what'])],
    e: [w['clause.e.here']],
    f: [w['clause.f.here']],
    g: [w['clause.g.here'], backupsGone(running)],
    h: [w['clause.h.here'], blank(w['clause.h.what'])],
  };
  return (Object.keys(all) as (keyof typeof all)[]).map((letter) => {
    const days = fill(w['clause.g.days'], { count: END_WITHIN / DAY });
    const cells = all[letter];
    const done = Array.isArray(cells) && cells.length === 0 ? [] : [facts([w.here, cells])];
    return { heading: w[`clause.${letter}`], blocks: [text(fill(w[`clause.${letter}.text`], { days })), ...done] };
  });
}

/** When what is left in backups is gone, as the last one was made to live. */
function backupsGone({ backup }: Running): Cell {
  if (!backup) return blank(w['clause.g.what']);
  return fill(w['clause.g.backups'], { data: periodText(backup.data), keys: periodText(backup.keys) });
}

/** Who else works on the data, and how a change is announced: GDPR Art. 28(2) and (4). */
export function subProcessors(running: Running): Section[] {
  return [
    ...perSite(running, (one) => ({ blocks: [processors(one)] })),
    {
      heading: w['subs.changes'],
      blocks: [
        text(w['subs.changes.text']),
        facts(
          [w['subs.changes.how'], blank(w['subs.changes.how.what'])],
          [w['subs.changes.object'], blank(w['subs.changes.object.what'])],
        ),
      ],
    },
  ];
}

function processors(one: RunningSite): Block {
  const named = factOf(one.notices, 'recipients').flatMap((said) =>
    said.value.filter(({ role }) => role === 'processor').map((value) => ({ value, locales: said.locales })),
  );
  const rows = named.map(({ value, locales }): Cells[] => [
    inLanguages(value.name, { value, locales }, one),
    value.country,
    noticesWith(one.notices, value.name).map(({ version, locale }) => `${fill(papersWords.version, { version })}, ${locale}`),
  ]);
  const operator: Cells[] = [blank(w['subs.operator']), blank(papersWords['record.country']), ''];
  return table([papersWords['record.name'], papersWords['record.country'], w['subs.since']], [...rows, operator]);
}

/** The notices in force that name it. */
function noticesWith(notices: readonly NoticeRow[], name: string): NoticeRow[] {
  return notices.filter(({ doc }) => doc.facts?.recipients.some((one) => one.name === name) ?? false);
}

/** For each purpose that rests on a legitimate interest, the questions of the balancing test: GDPR Art. 6(1)(f). */
export function interestStubs(running: Running): Section[] {
  return perSite(running, (one) => {
    const purposes = purposesOf(one.notices).filter(({ value }) => value.legalBasis === 'legitimate_interest');
    if (purposes.length === 0) return { blocks: [text(w['lia.none'])] };
    const interests = factOf(one.notices, 'interest').map((said) => inLanguages(said.value, said, one));
    return {
      blocks: [],
      parts: purposes.map((said) => ({
        heading: fill(w['lia.purpose'], { name: inLanguages(said.value.name, said, one) }),
        blocks: [
          facts(
            [w['lia.interest'], interests.length > 0 ? interests : blank(w['lia.interest.what'])],
            [
              w['lia.data'],
              [...said.value.dataTypes.map((type) => dataText(type, said.value.special)), periodText(said.value.retention)],
            ],
            [w['lia.necessity'], blank(w['lia.necessity.what'])],
            [w['lia.balance'], blank(w['lia.balance.what'])],
            [w['lia.safeguards'], w['lia.safeguards.text']],
            [w['lia.result'], blank(w['lia.result.what'])],
          ),
        ],
      })),
    };
  });
}
