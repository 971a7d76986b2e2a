import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { measures, staffText } from './measures.ts';
import { type Block, blank, type Cell, type Cells, facts, list, type Section, table, text } from './paper.ts';
import { factOf, purposesOf, type Running, type RunningSite, saidBy } from './running.ts';
import { basisText, dataText, inLanguages, orNone, periodText, perSite } from './said.ts';

const w = papersWords;

/** The record of a controller, site by site: GDPR Art. 30(1)(a) to (g). */
export function controllerRecord(running: Running): Section[] {
  return [
    ...perSite(running, (one) => ({
      blocks: [
        whoAnswers(one),
        purposeTable(one, running),
        facts([w['record.subjects'], [w['record.visitors'], fill(w['record.staff'], { counts: staffText(running) })]]),
      ],
      parts: [
        { heading: w['record.recipients'], blocks: [recipientTable(one)] },
        { heading: w['record.transfers'], blocks: [transferTable(one)] },
      ],
    })),
    { heading: w['record.measures'], blocks: [measures(running)] },
  ];
}

/** The record of whoever runs the relay for others: GDPR Art. 30(2)(a) to (d). */
export function processorRecord(running: Running): Section[] {
  return [
    { heading: w['record.processor'], blocks: [text(blank(w['record.processor.what']))] },
    ...perSite(running, (one) => ({
      blocks: [whoAnswers(one, w['record.onBehalf'])],
      parts: [
        {
          heading: w['record.activities'],
          blocks: [
            list([w['record.activity.ask'], w['record.activity.chat'], w['record.activity.rights'], w['record.activity.end']]),
          ],
        },
        { heading: w['record.transfers'], blocks: [transferTable(one)] },
      ],
    })),
    { heading: w['record.measures'], blocks: [measures(running)] },
  ];
}

/** Who answers for it, as the notices in force name them. */
export function whoAnswers(one: RunningSite, term: string = w['record.controller']): Block {
  const { notices } = one;
  const each = <T>(said: { value: T; locales: string[] }[], textOf: (value: T) => string): string[] =>
    said.map((item) => inLanguages(textOf(item.value), item, one));
  const controllers = each(
    saidBy(notices, ({ doc }) => [doc.controller]),
    ({ name, address, contact }) => [name, address, contact].join(', '),
  );
  const laws = each(
    saidBy(notices, ({ doc }) => [{ jurisdiction: doc.jurisdiction, authority: doc.authority }]),
    ({ jurisdiction, authority }) => [jurisdiction, authority].filter(Boolean).join(': '),
  );
  return facts(
    [term, controllers],
    [w['record.joint'], blank(w['record.joint.what'])],
    [w['record.representative'], orNone(each(factOf(notices, 'representative'), String), w.unnamed)],
    [w['record.dpo'], orNone(each(factOf(notices, 'dpo'), String), w.unnamed)],
    [w['record.law'], laws],
  );
}

/** Every purpose of every notice in force; then what is kept as proof, and of the staff. */
function purposeTable(one: RunningSite, { auditKept, requestsKept, breachesKept }: Running): Block {
  const purposes = purposesOf(one.notices).map((said): Cells[] => {
    const { name, version, dataTypes, special, retention, storageLocations } = said.value;
    return [
      [inLanguages(name, said, one), fill(w.version, { version })],
      basisText(said.value),
      dataTypes.map((type) => dataText(type, special)),
      periodText(retention),
      orNone(storageLocations, w.none),
    ];
  });
  const periods = saidBy(one.notices, ({ doc }) => [{ periods: doc.periods, ip: doc.facts?.ip ?? one.site.settings.ipMode }]);
  const proof = periods.map((said): Cells[] => [
    inLanguages(w['record.proof'], said, one),
    w['record.proof.basis'],
    fill(w['record.proof.data'], { ip: w[`record.ip.${said.value.ip}`] }),
    fill(w['record.proof.limit'], { proof: periodText(said.value.periods.proof), ip: periodText(said.value.periods.ip) }),
    placesOf(one),
  ]);
  const accounts: Cells[] = [
    w['record.accounts'],
    blank(w['record.accounts.basis']),
    w['record.accounts.data'],
    [fill(w['record.accounts.kept'], { period: periodText(auditKept) }), blank(w['record.accounts.limit'])],
    placesOf(one),
  ];
  const duties: Cells[] = [
    w['record.duties'],
    w['record.duties.basis'],
    w['record.duties.data'],
    [
      fill(w['record.duties.requests'], { period: periodText(requestsKept) }),
      fill(w['record.duties.breaches'], { period: periodText(breachesKept) }),
    ],
    placesOf(one),
  ];
  return table(
    [w['record.purpose'], w['record.basis'], w['record.data'], w['record.limit'], w['record.where']],
    [...purposes, ...proof, duties, accounts],
  );
}

function placesOf({ notices }: RunningSite): readonly Cell[] {
  return orNone([...new Set(notices.flatMap(({ doc }) => doc.purposes.flatMap((purpose) => purpose.storageLocations)))]);
}

/** Everybody whom a notice names, and everybody whom a purpose names without (PR-05). */
export function recipientTable(one: RunningSite): Block {
  const { notices } = one;
  const named = factOf(notices, 'recipients').flatMap((said) => said.value.map((value) => ({ value, locales: said.locales })));
  const seen = new Map<string, { name: string; country: string; role: string; locales: string[] }>();
  for (const { value, locales } of named) {
    const key = JSON.stringify(value);
    const known = seen.get(key);
    seen.set(key, { ...value, locales: [...new Set([...(known?.locales ?? []), ...locales])] });
  }
  const purposes = purposesOf(notices);
  const forWhat = (name: string): readonly Cell[] =>
    orNone(
      [...new Set(purposes.filter(({ value }) => value.recipients.includes(name)).map(({ value }) => value.name))],
      w['record.every'],
    );
  const rows = [...seen.values()].map((item): Cells[] => [
    inLanguages(item.name, { value: item, locales: item.locales }, one),
    item.country,
    item.role === 'processor' ? w['role.processor'] : w['role.recipient'],
    forWhat(item.name),
  ]);
  const known = new Set([...seen.values()].map(({ name }) => name));
  const others = [...new Set(purposes.flatMap(({ value }) => value.recipients))].filter((name) => !known.has(name));
  const all = [...rows, ...others.map((name): Cells[] => [name, blank(w['record.country']), w['role.recipient'], forWhat(name)])];
  if (all.length === 0) return text(w.none);
  return table([w['record.name'], w['record.country'], w['record.role'], w['record.recipient.for']], all);
}

export function transferTable(one: RunningSite): Block {
  const rows = factOf(one.notices, 'transfers').flatMap((said) =>
    said.value.map(({ country, safeguard }): Cells[] => [inLanguages(country, said, one), safeguard]),
  );
  if (rows.length === 0) return text(w['record.transfers.none']);
  return table([w['record.country'], w['record.safeguard']], rows);
}
