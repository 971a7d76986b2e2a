import type { VisitorExport } from '../../shared/export.ts';
import { exportWords } from '../../shared/i18n/export.en.ts';
import { noticeWords } from '../../shared/i18n/notice.en.ts';
import { receiptWords } from '../../shared/i18n/receipt.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { periodWords } from '../notices/generated.ts';
import { escapeHtml } from '../sites/loader.ts';

type Words = keyof typeof exportWords;
type Values = Record<string, string | number>;

/** What a page of an archive needs beyond a notice's look. */
const STYLE = `<style>
.said { margin: 0; padding: 0.75rem 0; border-block-start: 1px solid var(--line); }
.said:first-child { border: 0; }
.said .quiet { margin-block: 0; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; margin-block-start: 0.25rem; }
.said .text { font-family: system-ui, sans-serif; font-size: 0.9375rem; }
nav { margin-block-start: 1rem; }
nav a { white-space: nowrap; margin-inline-end: 1rem; }
.paper + .quiet { margin-block-start: 0.75rem; }
h3 + .quiet { margin-block-end: 0.75rem; }
@media (min-width: 30rem) { dl > div { grid-template-columns: 9rem 1fr; } }
@media print { nav { display: none; } .said, dl > div { break-inside: avoid; } .paper { border-color: #ccc; } }
</style>`;

/** Nothing in it runs or is fetched, whatever a visitor or an agent has typed. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Everything about one visitor on one page, to read and to print, from the file alone (PR-50). */
export function exportPage(data: VisitorExport, style: string): string {
  const title = say('title', { site: data.site.name });
  const sections: [string, string][] = [
    ['messages', data.conversations.map(talk).join('')],
    ['form', rows(data.form.map(({ field, value }) => [word(`form.${field}`, field), typed(value)])) || quiet('noForm')],
    ['consents', consents(data)],
    ['proof', evidence(data)],
    ['about', data.about.map(about).join('')],
    ...(data.requests.length > 0 ? [['requests', requests(data)] satisfies [string, string]] : []),
    ['access', access(data)],
    ['standing', standing(data)],
    ['told', told(data)],
    ['sessions', rows(data.sessions.map(session)) || quiet('noSessions')],
    ...(data.receipt_links.length > 0 ? [['links', links(data)] satisfies [string, string]] : []),
    ['files', files(data)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${style}
${STYLE}
</head>
<body>
<main>
<header><h1>${title}</h1><p>${say('made', { time: moment(data.made) })} ${say('pseudonym', { id: data.subject.pseudonym, time: moment(data.subject.since) })}</p></header>
<nav class="quiet" aria-label="${say('jump')}"><p>${sections.map(([id]) => `<a href="#${id}">${word(id, id)}</a>`).join(' ')}</p></nav>
${sections.map(([id, body]) => `<section aria-labelledby="${id}"><h2 id="${id}">${word(id, id)}</h2>\n${body}</section>`).join('\n')}
</main>
</body>
</html>
`;
}

/** Words of ours with values of others in them: escaped as a whole. */
function say(key: Words, values: Values = {}): string {
  return escapeHtml(fill(exportWords[key], values));
}

/** The words for a name that data brings along, or the name itself where there are none; not escaped. */
function known(key: string, otherwise: string): string {
  return Object.hasOwn(exportWords, key) ? exportWords[key as Words] : otherwise;
}

const word = (key: string, otherwise: string): string => escapeHtml(known(key, otherwise));
const quiet = (key: Words): string => `<p class="quiet">${say(key)}</p>`;
const typed = (text: string): string => `<span class="text" dir="auto">${escapeHtml(text)}</span>`;
const moment = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`;
const period = (duration: string): string => periodWords(noticeWords, duration);
const list = (items: string[]): string => items.join(', ');
const paragraphs = (texts: string[]): string => texts.map((text) => `<p>${text}</p>`).join('');

/** Terms, escaped already, each with what belongs to it. */
function rows(pairs: [string, string][]): string {
  if (pairs.length === 0) return '';
  return `<dl class="paper">${pairs.map(([term, text]) => `<div><dt>${term}</dt><dd>${text}</dd></div>`).join('\n')}</dl>`;
}

function talk(one: VisitorExport['conversations'][number]): string {
  const state =
    one.closed === null
      ? say('status.open', { time: moment(one.last_activity) })
      : say('status.closed', { time: moment(one.closed) });
  const withdrawn = one.withdrawn === null ? '' : ` ${say('withdrawn', { time: moment(one.withdrawn) })}`;
  const said = one.messages.map(
    ({ author, time, text, erased }) =>
      `<div class="said ${author === 'visitor' ? 'you' : 'agent'}"><p class="quiet">${say(author)} · <time datetime="${time}">${moment(time)}</time></p><p class="text" dir="auto">${erased === null ? escapeHtml(text) : say('erased', { time: moment(erased) })}</p></div>`,
  );
  const gone = one.kept.find(({ kind }) => kind === 'messages')?.gone ?? null;
  const none = gone === null ? quiet('noMessages') : `<p class="quiet">${say('erased', { time: moment(gone) })}</p>`;
  const held = one.hold && `<p>${say('held', { time: moment(one.hold.until) })} ${typed(one.hold.reason)}</p>`;
  return `<h3>${say('conversation', { time: moment(one.began) })}</h3><p class="quiet">${state}${withdrawn}</p>${held ?? ''}
<div class="paper">${said.join('\n') || none}</div>`;
}

function consents({ consents: all, about: notices }: VisitorExport): string {
  const named = (hash: string, id: string): string =>
    notices.find(({ notice }) => notice.hash === hash)?.purposes.find((purpose) => purpose.id === id)?.text ?? id;
  return (
    rows(
      all.map(({ event, state, time, runs_out, receipt }) => [
        `${escapeHtml(receiptWords[`state.${event.event_state}`] ?? state)}<br><time datetime="${time}">${moment(time)}</time>`,
        paragraphs([
          escapeHtml(named(event.notice_hash, event.purposes[0]?.id ?? '')),
          `<small><a href="${escapeHtml(receipt)}">${say('receipt')}</a>${runs_out === null ? '' : ` · ${say('runsOut', { time: moment(runs_out) })}`}</small>`,
        ]),
      ]),
    ) || quiet('noConsents')
  );
}

function evidence({ evidence: all }: VisitorExport): string {
  const shown = all.map(({ kind, value, stored, until }): [string, string] => [
    say(`proof.${kind}`),
    `${typed(value)}<br><small>${
      until === null
        ? say('proofStored', { from: moment(stored) })
        : say('proofKept', { from: moment(stored), until: moment(until) })
    }</small>`,
  ]);
  return rows(shown) || quiet('noProof');
}

/** Restrictions and objections (GDPR Art. 18 and 21). */
function standing({ restrictions, objections, about: notices }: VisitorExport): string {
  const named = (hash: string, id: string): string =>
    notices.find(({ notice }) => notice.hash === hash)?.purposes.find((one) => one.id === id)?.name ?? id;
  const times = (from: string, until: string | null) => ({ from: moment(from), until: until === null ? '' : moment(until) });
  return (
    rows([
      ...restrictions.map(({ ground, since, lifted }): [string, string] => [
        word(`ground.${ground}`, ground),
        say(lifted === null ? 'restricted' : 'restrictedUntil', times(since, lifted)),
      ]),
      ...objections.map(({ purpose: id, notice_hash, state, made, decided, answer }): [string, string] => [
        say('objected', { purpose: named(notice_hash, id) }),
        `${escapeHtml(fill(known(`objection.${state}`, state), times(made, decided)))}${answer === null ? '' : `<br>${typed(answer)}`}`,
      ]),
    ]) || quiet('noStanding')
  );
}

/** GDPR Art. 19. */
function told({ told: all }: VisitorExport): string {
  const how = (state: string): Words =>
    state === 'confirmed' ? 'toldConfirmed' : state === 'dropped' ? 'toldDropped' : 'toldWaiting';
  const shown = all.map(({ event, recipient, time, state, confirmed }): [string, string] => [
    word(`event.${event}`, event),
    say(how(state), { recipient, from: moment(time), until: confirmed === null ? '' : moment(confirmed) }),
  ]);
  return rows(shown) || quiet('noTold');
}

function session({ began, until, ended, cookie, scope }: VisitorExport['sessions'][number]): [string, string] {
  const times =
    ended === null
      ? say('session', { from: moment(began), until: moment(until) })
      : say('sessionEnded', { from: moment(began), ended: moment(ended) });
  return [say(scope === 'rights' ? 'session.rights' : cookie ? 'session.cookie' : 'session.page'), times];
}

function requests({ requests: all }: VisitorExport): string {
  return rows(
    all.map((one): [string, string] => [
      `${word(`request.${one.kind}`, one.kind)}<br>${escapeHtml(one.number)}`,
      [
        one.text ? typed(one.text) : '',
        `<small>${say('requestReceived', { time: moment(one.received) })}${
          one.answered === null ? '' : ` ${say('requestAnswered', { time: moment(one.answered) })}`
        }</small>`,
        one.answer ? typed(one.answer) : '',
      ]
        .filter((part) => part !== '')
        .join('<br>'),
    ]),
  );
}

function links({ receipt_links: all }: VisitorExport): string {
  return paragraphs(all.map(({ made, until }) => say('link', { from: moment(made), until: moment(until) })));
}

function access({ access: all }: VisitorExport): string {
  const shown = all.map(({ kind, times, last }): [string, string] => [
    say(times === 1 ? 'accessed.one' : 'accessed', { count: times }),
    `${Object.hasOwn(exportWords, `access.${kind}`) ? word(`access.${kind}`, kind) : say('access.other', { kind })}<br><small>${say('accessedLast', { time: moment(last) })}</small>`,
  ]);
  return (rows(shown) || quiet('noAccess')) + quiet('accessNames');
}

/** GDPR Art. 15(1)(a) to (h) and 15(2), as one notice says it. */
function about(one: VisitorExport['about'][number]): string {
  const { controller, notice } = one;
  const each = <T>(items: T[] | null, none: Words, text: (item: T) => string): string =>
    items === null ? say('untold') : items.length === 0 ? say(none) : paragraphs(items.map(text));
  const pairs: [Words, string | null][] = [
    ['controller', [controller.name, controller.address, controller.contact].map(escapeHtml).join('<br>')],
    ['representative', controller.representative && escapeHtml(controller.representative)],
    ['officer', controller.data_protection_officer && escapeHtml(controller.data_protection_officer)],
    ['law', escapeHtml(one.jurisdiction)],
    ['purpose', paragraphs(one.purposes.map(purpose))],
    [
      'recipients',
      each(
        one.recipients,
        'noRecipients',
        ({ name, country, role }) => `${escapeHtml(`${name}, ${country}`)}: ${word(`role.${role}`, role)}`,
      ),
    ],
    ['transfers', each(one.safeguards, 'transfersNone', (item) => say('transfer', item))],
    ['retention', say('periods', { proof: period(one.retention.proof), address: period(one.retention.address) })],
    ['source', escapeHtml(one.source)],
    ['automated', one.automated_decision === null ? say('automatedNone') : escapeHtml(one.automated_decision)],
    [
      'rights',
      `${one.rights === null ? say('untold') : list(one.rights.map((right) => word(`right.${right}`, right)))}. ${say('ask', { contact: controller.contact })}`,
    ],
    ['authority', escapeHtml(one.authority)],
  ];
  return `<h3>${say('aboutNotice', { version: notice.version, time: moment(notice.published) })}</h3>
<p class="quiet"><a href="${escapeHtml(notice.file)}">${say('asShown')}</a></p>
${rows(pairs.flatMap(([term, text]) => (text === null ? [] : [[say(term), text] satisfies [string, string]])))}`;
}

function purpose({
  name,
  text,
  legal_basis,
  data,
  retention,
  recipients,
  storage,
}: VisitorExport['about'][number]['purposes'][number]): string {
  const basis = known(`basis.${legal_basis}`, legal_basis);
  const told = [
    say('basis', { basis, data: list(data), period: period(retention) }),
    ...(recipients.length > 0 ? [say('given', { names: list(recipients) })] : []),
    ...(storage.length > 0 ? [say('stored', { countries: list(storage) })] : []),
  ];
  return `<b>${escapeHtml(name)}</b><br>${escapeHtml(text)}<br><small>${told.join(' ')}</small>`;
}

function files({ site }: VisitorExport): string {
  const schema = `${site.relay}/.well-known/parley-export-schema.json`;
  return rows([
    ['<a href="export.json">export.json</a>', say('file.json', { schema })],
    ['receipts/', say('file.receipts')],
    ['notices/', say('file.notices')],
  ]);
}
