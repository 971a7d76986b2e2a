import { DAY } from '../../shared/limits.ts';
import type { NoticeDoc } from '../../shared/notice.ts';
import type {
  RegisterChoices,
  RegisterFilterInput,
  RegisterLine,
  RegisterPage,
  RegisterRequest,
  RegisterState,
} from '../../shared/register.ts';
import type { Context } from '../context.ts';
import type { RegisterCursor, RegisterErasure, RegisterEvent, RegisterFilter } from '../store/register.ts';
import type { Reads } from '../store/store.ts';

export const PAGE = 50;
/** Counting on would grow with the store. */
const COUNT_MOST = 1000;

/** One page of the register, the newest first: the acts and the erasures that fit. No look at what is sealed. */
export async function registerPage(ctx: Context, { filter, before }: RegisterRequest): Promise<RegisterPage> {
  const known = await knownNotices(ctx.store.read);
  const wanted = wantedOf(filter, known);
  const lines = await linesOf(ctx.store.read, wanted, known, before, PAGE + 1);
  const last = lines.length > PAGE ? lines[PAGE - 1] : undefined;
  return {
    lines: lines.slice(0, PAGE),
    count: before ? null : await countOf(ctx.store.read, wanted),
    most: COUNT_MOST,
    next: last ? { at: last.at, id: last.id } : null,
  };
}

/** Every line that fits, page by page: an export of any length needs the memory of one. */
export async function* registerLines(ctx: Context, filter: RegisterFilterInput): AsyncGenerator<RegisterLine[]> {
  const { read } = ctx.store;
  const known = await knownNotices(read);
  const wanted = wantedOf(filter, known);
  for (let before: RegisterCursor | null = null; ; ) {
    const lines = await linesOf(read, wanted, known, before, 500);
    if (lines.length === 0) return;
    yield lines;
    const { at, id } = lines.at(-1) as RegisterLine;
    before = { at, id };
  }
}

/** What can be filtered by: the sites, and what their notices name. */
export async function registerChoices(ctx: Context): Promise<RegisterChoices> {
  const { sites, notices } = await knownNotices(ctx.store.read);
  const purposes = new Map<string, string>();
  for (const { doc } of notices.values())
    for (const { id } of doc.purposes) if (!purposes.has(id)) purposes.set(id, doc.words.purposes[id]?.name ?? id);
  const versions = [...notices.values()].sort((one, other) => other.version - one.version);
  return {
    sites: [...sites.values()].map(({ key, name }) => ({ key, name })),
    purposes: [...purposes].map(([id, name]) => ({ id, name })),
    notices: [...new Set(versions.map(({ version, locale }) => `${version} ${locale}`))],
  };
}

interface Known {
  sites: Map<string, { id: string; key: string; name: string }>;
  notices: Map<string, { version: number; locale: string; doc: NoticeDoc }>;
}

async function knownNotices(read: Reads): Promise<Known> {
  const sites = new Map((await read.sites()).map((site) => [site.id, site]));
  const notices: Known['notices'] = new Map();
  for (const { id } of sites.values()) {
    const locales = new Set((await read.noticeVersions(id)).map(({ locale }) => locale));
    for (const locale of locales) for (const notice of await read.noticesOf(id, locale)) notices.set(notice.hash, notice);
  }
  return { sites, notices };
}

interface Wanted {
  /** Null where no act can fit. */
  acts: RegisterFilter | null;
  erasures: Pick<RegisterFilter, 'siteId' | 'from' | 'to' | 'seq'> | null;
}

/** What was asked, as the store is asked. What names nothing fits nothing. */
function wantedOf(filter: RegisterFilterInput, { sites, notices }: Known): Wanted {
  const { site, purpose, state, notice } = filter;
  const siteId = site === undefined ? undefined : ([...sites.values()].find(({ key }) => key === site)?.id ?? '');
  const from = filter.from === undefined ? undefined : Date.parse(filter.from);
  const to = filter.to === undefined ? undefined : Date.parse(filter.to) + DAY;
  const found = searchOf(filter.search ?? '');
  const hashes = [...notices].filter(([, one]) => `${one.version} ${one.locale}` === notice).map(([hash]) => hash);
  const common = { siteId, from, to };
  return {
    acts:
      found === null || state === 'erased'
        ? null
        : {
            ...common,
            ...found,
            purpose,
            states: state === undefined ? undefined : [state],
            noticeHashes: notice === undefined ? undefined : hashes,
          },
    // An erasure has no purpose and no notice, and belongs to nobody any more.
    erasures:
      (state === undefined || state === 'erased') &&
      purpose === undefined &&
      notice === undefined &&
      found !== null &&
      (found.seq !== undefined || Object.keys(found).length === 0)
        ? { ...common, seq: found.seq }
        : null,
  };
}

/** An entry's number, a receipt's id or how it begins, a conversation; null for what is none of these. */
function searchOf(text: string): Pick<RegisterFilter, 'seq' | 'actPrefix' | 'conversationId'> | null {
  const plain = text.trim().toLowerCase();
  const joined = plain.replaceAll(/\s/g, '');
  if (plain === '') return {};
  if (/^\d{1,12}$/.test(joined) && joined.length < 8) return { seq: Number(joined) };
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(plain)) return { conversationId: plain };
  return /^[0-9a-f]{4,32}$/.test(joined) ? { actPrefix: joined } : null;
}

async function countOf(read: Reads, { acts, erasures }: Wanted): Promise<number> {
  const ofActs = acts ? await read.register.countActs(acts, COUNT_MOST) : 0;
  const ofErasures = erasures ? (await read.register.erasures(erasures, null, COUNT_MOST)).length : 0;
  return Math.min(COUNT_MOST, ofActs + ofErasures);
}

async function linesOf(
  read: Reads,
  { acts, erasures }: Wanted,
  known: Known,
  before: RegisterCursor | null,
  limit: number,
): Promise<RegisterLine[]> {
  const found = acts ? await read.register.acts(acts, before, limit) : [];
  const events = new Map<string, RegisterEvent[]>();
  for (const event of await read.register.eventsOf(found.map(({ id }) => id)))
    events.set(event.actId, [...(events.get(event.actId) ?? []), event]);
  const erased = erasures ? await read.register.erasures(erasures, before, limit) : [];
  const lines = [
    ...[...events.values()].map((of) => actLine(of, known)),
    ...erased.map((erasure) => erasureLine(erasure, known)),
  ];
  return lines.sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1)).slice(0, limit);
}

/** What an act was, where its purposes went different ways: to agree to something is to agree. */
const ORDER: readonly RegisterState[] = [
  'ConsentGiven',
  'RenewedConsentGiven',
  'ConsentWithdrawn',
  'ConsentExpired',
  'ConsentInvalidated',
  'ConsentTerminated',
  'ConsentRefused',
];

function actLine(events: RegisterEvent[], { sites, notices }: Known): RegisterLine {
  const last = events.at(-1) as RegisterEvent;
  const notice = notices.get(last.noticeHash);
  return {
    id: last.actId,
    kind: 'act',
    seq: last.seq,
    seqs: events.map(({ seq }) => seq),
    at: last.at,
    site: sites.get(last.siteId)?.key ?? '',
    state: ORDER.find((state) => events.some((event) => event.state === state)) ?? last.state,
    purposes: events.map(({ purpose, state }) => ({
      id: purpose,
      name: notice?.doc.words.purposes[purpose]?.name ?? purpose,
      state,
    })),
    notice: notice ? { hash: last.noticeHash, version: notice.version, locale: notice.locale } : null,
    hash: last.hash,
    prevHash: last.prevHash,
    conversationId: last.conversationId,
    erased: null,
  };
}

function erasureLine({ id, siteId, seq, at, of, hash }: RegisterErasure, { sites }: Known): RegisterLine {
  return {
    id,
    kind: 'erasure',
    seq,
    seqs: [seq],
    at,
    site: sites.get(siteId)?.key ?? '',
    state: 'erased',
    purposes: [],
    notice: null,
    hash,
    prevHash: '',
    conversationId: null,
    erased: of,
  };
}
