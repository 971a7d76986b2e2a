import { papersWords } from '../../shared/i18n/papers.en.ts';
import { impactWords } from '../../shared/i18n/papers-impact.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DAY } from '../../shared/limits.ts';
import { settingsInForce } from '../notices/generated.ts';
import { HELD } from '../store/held.ts';
import { measures, staffText } from './measures.ts';
import { type Block, blank, type Cells, facts, type Section, table, text } from './paper.ts';
import { recipientTable, transferTable, whoAnswers } from './record.ts';
import { factOf, purposesOf, type Running, type RunningSite, saidBy } from './running.ts';
import { basisText, dataText, dateOf, inLanguages, kindText, orNone, periodText, perSite } from './said.ts';

const w = impactWords;

/** The skeleton of an assessment: GDPR Art. 35(7)(a) to (d). What is a judgement is left to the owner. */
export function impactSkeleton(running: Running): Section[] {
  return [
    { heading: w.needed, blocks: [text(w['needed.text']), needed()] },
    ...perSite(running, (one) => ({
      blocks: [whoAnswers(one), purposesShort(one)],
      parts: [
        { heading: papersWords['record.recipients'], blocks: [recipientTable(one)] },
        { heading: papersWords['record.transfers'], blocks: [transferTable(one)] },
        { heading: w.necessity, blocks: [necessity(one)] },
      ],
    })),
    { heading: w.describe, blocks: [], parts: describing(running) },
    { heading: w.risks, blocks: [riskTable()], parts: [{ heading: w['risks.measures'], blocks: [measures(running)] }] },
    {
      heading: w.outcome,
      blocks: [facts([w['outcome.left'], blank(w['outcome.left.what'])], [w['outcome.again'], blank(w['outcome.again.what'])])],
    },
  ];
}

/** What Law 91/2025 asks to be filed, as far as a program can say it (PR-89 h). */
export function vietnamDossier(running: Running): Section[] {
  return [
    ...perSite(running, (one) => ({
      blocks: [filing(one)],
      parts: [
        {
          heading: w['vn.parties'],
          blocks: [whoAnswers(one), facts([w['vn.officer'], officer(one)]), recipientTable(one), transferTable(one)],
        },
        { heading: w['vn.types'], blocks: [dataTypes(one), purposesShort(one)] },
        { heading: w['vn.consent'], blocks: [text(w['vn.consent.text']), facts([w['vn.notConsent'], otherBases(one)])] },
      ],
    })),
    { heading: w.describe, blocks: [], parts: describing(running) },
    { heading: w['risks.measures'], blocks: [measures(running)] },
    { heading: w['vn.mine'], blocks: [text(blank(w['vn.mine.what']))] },
  ];
}

function needed(): Block {
  return facts(
    [w['needed.result'], blank(w['needed.result.what'])],
    [w['needed.dpo'], blank(w['needed.dpo.what'])],
    [w['needed.views'], blank(w['needed.views.what'])],
    [w['needed.scale'], blank(w['needed.scale.what'])],
  );
}

function purposesShort(one: RunningSite): Block {
  const rows = purposesOf(one.notices).map((said): Cells[] => [
    inLanguages(said.value.name, said, one),
    basisText(said.value),
    said.value.dataTypes.map((type) => dataText(type, said.value.special)),
    periodText(said.value.retention),
  ]);
  const head = [
    papersWords['record.purpose'],
    papersWords['record.basis'],
    papersWords['record.data'],
    papersWords['record.limit'],
  ];
  return table(head, rows);
}

/** Data flow, fields and roles: the same for every site of a relay. */
function describing(running: Running): NonNullable<Section['parts']> {
  return [
    { heading: w.flow, blocks: [flow(running)] },
    { heading: w.fields, blocks: [fieldTable()] },
    { heading: w.roles, blocks: [roles(running)] },
  ];
}

function flow({ origin, sites }: Running): Block {
  const modes = [
    ...new Set(sites.flatMap(({ site, notices }) => notices.map(({ doc }) => settingsInForce(site.settings, doc).ipMode))),
  ];
  const ip = modes.map((mode) => papersWords[`record.ip.${mode}`]).join('; ') || papersWords['record.ip.none'];
  const steps = ['1', '2', '3', '4', '5', '6', '7', 'out'] as const;
  const rows = steps.map((step): Cells[] => [
    w[`flow.${step}`],
    fill(w[`flow.${step}.what`], { origin }),
    fill(w[`flow.${step}.data`], { ip }),
  ]);
  return table([w['flow.step'], w['flow.what'], w['flow.data']], rows);
}

function fieldTable(): Block {
  const rows = Object.entries(HELD).map(([name, { kinds, how }]): Cells[] => [kinds.map(kindText), { code: name }, howText(how)]);
  return table([w['fields.what'], w['fields.table'], w['fields.how']], rows);
}

function howText(how: (typeof HELD)[keyof typeof HELD]['how']): string {
  if (how === 'keyed' || how === 'hash' || how === 'plain' || how === 'wrapped') return w[`fields.${how}`];
  return fill(w['fields.sealed'], { key: how });
}

function roles(running: Running): Block {
  const each = ['visitor', 'agent', 'owner', 'operator'] as const;
  return facts(...each.map((role): readonly [string, string] => [w[`roles.${role}`], w[`roles.${role}.text`]]), [
    w['roles.counts'],
    staffText(running),
  ]);
}

function necessity(one: RunningSite): Block {
  const { notices } = one;
  const fields = saidBy(notices, ({ doc }) => [doc.fields]).map((said) => {
    const asked = (['name', 'email'] as const).map((field) =>
      fill(w['necessity.field'], { field: w[`field.${field}`], rule: w[`rule.${said.value[field]}`] }),
    );
    return inLanguages(asked.join('; '), said, one);
  });
  const automated = factOf(notices, 'automated').map((said) => inLanguages(said.value, said, one));
  return facts(
    [w['necessity.less'], blank(w['necessity.less.what'])],
    [w['necessity.fields'], fields],
    [w['necessity.informed'], w['necessity.informed.text']],
    [w['necessity.rights'], w['necessity.rights.text']],
    [w['necessity.automated'], orNone(automated, w['necessity.automated.none'])],
  );
}

function riskTable(): Block {
  const known = ['read', 'staff', 'too.much', 'long', 'lost', 'forged', 'follow'] as const;
  const weight = blank(w['risk.weight.what']);
  const rows = known.map((risk): Cells[] => [w[`risk.${risk}`], w[`risk.${risk}.done`], weight]);
  const own: Cells[] = [[w['risk.other'], blank(w['risk.other.what'])], '', weight];
  return table([w['risk.what'], w['risk.done'], w['risk.weight']], [...rows, own]);
}

const DOSSIER_WITHIN = 60 * DAY;

function filing({ began, notices }: RunningSite): Block {
  const first = began === null ? Number.NaN : Date.parse(`${began.slice(0, 10)}T00:00:00Z`);
  const places = new Set(notices.flatMap(({ doc }) => doc.purposes.flatMap(({ storageLocations }) => storageLocations)));
  const isKnown = !Number.isNaN(first);
  return facts(
    [w['vn.first'], isKnown ? fill(w['vn.first.text'], { date: dateOf(first) }) : w['vn.first.none']],
    [
      w['vn.due'],
      [...(isKnown ? [fill(w['vn.due.text'], { date: dateOf(first + DOSSIER_WITHIN) })] : []), blank(w['vn.filed.what'])],
    ],
    [
      w['vn.transfer'],
      [fill(w['vn.transfer.text'], { countries: [...places].join(', ') || papersWords.none }), blank(w['vn.transfer.what'])],
    ],
    [w['vn.update'], w['vn.update.text']],
  );
}

function officer(one: RunningSite): Cells {
  const named = factOf(one.notices, 'dpo').map((said) => inLanguages(said.value, said, one));
  return named.length > 0 ? named : blank(w['vn.officer.what']);
}

function dataTypes(one: RunningSite): Block {
  const purposes = purposesOf(one.notices);
  const typesOf = (isSpecial: boolean): string[] => [
    ...new Set(
      purposes
        .filter(({ value }) => (value.special ?? false) === isSpecial)
        .flatMap(({ value }) => value.dataTypes.map((type) => dataText(type))),
    ),
  ];
  return facts([w['vn.basic'], orNone(typesOf(false))], [w['vn.sensitive'], orNone(typesOf(true), w['vn.sensitive.none'])]);
}

function otherBases(one: RunningSite): Cells {
  const others = purposesOf(one.notices).filter(({ value }) => value.legalBasis !== 'consent');
  return orNone(others.map((said) => inLanguages(`${said.value.name}: ${basisText(said.value)}`, said, one)));
}
