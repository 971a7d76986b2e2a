import { AGENT_COOKIE, CHAT_COOKIE, CONSOLE_KEY, OUTBOX_KEY, RESUME_MARK } from '../../shared/endpoints.ts';
import { papersWords } from '../../shared/i18n/papers.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import type { StoredItem } from '../../shared/notice.ts';
import { AGENT_IDLE, AGENT_LIFE } from '../agents/sessions.ts';
import { blank, type Cell, type Cells, code, type Section, table, text } from './paper.ts';
import { factOf, type Running, type RunningSite } from './running.ts';
import { hoursText, inLanguages, periodText, perSite } from './said.ts';

const w = papersWords;
const HEAD = [w['cookies.name'], w['cookies.where'], w['cookies.when'], w['cookies.life'], w['cookies.who'], w['cookies.what']];

/** Where each item of the closed list lies and what it is for (PR-07, PR-19): facts of the product. */
const ITEMS: Readonly<Record<string, { where: string; who: string; what: string }>> = {
  [CHAT_COOKIE]: { where: w['cookies.chat.where'], who: w['cookies.chat.who'], what: w['cookies.chat.what'] },
  [RESUME_MARK]: { where: w['cookies.resume.where'], who: w['cookies.resume.who'], what: w['cookies.resume.what'] },
  [OUTBOX_KEY]: { where: w['cookies.outbox.where'], who: w['cookies.outbox.who'], what: w['cookies.outbox.what'] },
};

/** What stands in browsers because of this relay: the visitors’ as the notices in force list it, and the agents’. */
export function cookieTable(running: Running): Section[] {
  return [
    ...perSite(running, (one) => ({ blocks: visitorBlocks(running, one) })),
    { heading: w['cookies.agent'], blocks: [table(HEAD, agentRows(running))] },
  ];
}

function visitorBlocks({ origin }: Running, one: RunningSite): Section['blocks'] {
  const stored = factOf(one.notices, 'storage');
  const rows = stored.flatMap((said) =>
    said.value.map((item) => storedRow(item, origin, (name) => inLanguages(name, said, one))),
  );
  if (rows.length === 0) return [text(w['cookies.never'])];
  return [text(w['cookies.before']), table(HEAD, rows), text(w['cookies.ends'])];
}

function storedRow({ name, life, thirdParties }: StoredItem, origin: string, named: (name: string) => string): Cells[] {
  const item = Object.hasOwn(ITEMS, name) ? ITEMS[name] : undefined;
  const said = named(name);
  const what: Cell = item ? item.what : blank(w['cookies.strange']);
  return [
    [code(name), ...(said === name ? [] : [said])],
    fill(item?.where ?? '', { origin }),
    w['cookies.accepted'],
    periodText(life),
    [item?.who ?? '', ...(thirdParties ? [w['cookies.thirdParties']] : [])],
    what,
  ];
}

function agentRows({ origin }: Running): Cells[][] {
  const life = { idle: hoursText(AGENT_IDLE), life: hoursText(AGENT_LIFE) };
  return [
    [
      code(AGENT_COOKIE),
      fill(w['cookies.agentCookie.where'], { origin }),
      w['cookies.agentCookie.when'],
      fill(w['cookies.agentCookie.life'], life),
      w['cookies.relay'],
      w['cookies.agentCookie.what'],
    ],
    [
      code(CONSOLE_KEY),
      fill(w['cookies.console.where'], { origin }),
      w['cookies.console.when'],
      w['cookies.console.life'],
      w['cookies.relay'],
      w['cookies.console.what'],
    ],
  ];
}
