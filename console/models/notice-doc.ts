import { type NoticeDoc, type NoticeFacts, type NoticePurpose, plainText, RIGHTS } from '../../shared/notice.ts';

/** Reading and changing a notice by the path of a place, such as `purposes.0.retention`. Nothing is changed in place. */

type Plain = Record<string, unknown>;

export function getAt(doc: NoticeDoc, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Plain | null | undefined)?.[key], doc);
}

export function setAt(doc: NoticeDoc, path: string, value: unknown): NoticeDoc {
  return put(doc, path.split('.'), value) as NoticeDoc;
}

function put(within: unknown, [key = '', ...rest]: string[], value: unknown): unknown {
  const inner = rest.length === 0 ? value : put((within as Plain | undefined)?.[key], rest, value);
  if (Array.isArray(within)) return within.map((one: unknown, at) => (at === Number(key) ? inner : one));
  return { ...(within as Plain | undefined), [key]: inner };
}

/** The items of a list, whatever they are. */
export function itemsAt(doc: NoticeDoc, path: string): readonly unknown[] {
  const items = getAt(doc, path);
  return Array.isArray(items) ? items : [];
}

export function addAt(doc: NoticeDoc, path: string, item: unknown): NoticeDoc {
  return setAt(doc, path, [...itemsAt(doc, path), item]);
}

/** Takes an item out; with a purpose go the words of it, where no other has the same id. */
export function removeAt(doc: NoticeDoc, path: string, at: number): NoticeDoc {
  const next = setAt(
    doc,
    path,
    itemsAt(doc, path).filter((_, one) => one !== at),
  );
  const id = path === 'purposes' ? doc.purposes[at]?.id : undefined;
  if (id === undefined || next.purposes.some((one) => one.id === id)) return next;
  const { [id]: _gone, ...purposes } = next.words.purposes;
  return setAt(next, 'words.purposes', purposes);
}

/** Changes places with the item before it. */
export function moveUp(doc: NoticeDoc, path: string, at: number): NoticeDoc {
  const items = [...itemsAt(doc, path)];
  const [item] = items.splice(at, 1);
  items.splice(at - 1, 0, item);
  return setAt(doc, path, items);
}

const PURPOSE: Omit<NoticePurpose, 'id' | 'asked'> = {
  version: 1,
  legalBasis: 'consent',
  required: false,
  dataTypes: [],
  retention: '',
  validity: '',
  recipients: [],
  storageLocations: [],
};
/** The one purpose that is asked in the chat (PR-07). */
export const COOKIE_PURPOSE = 'persistence';

/** A new purpose; its id is for the record alone and stays. */
export function addPurpose(doc: NoticeDoc, asked: NoticePurpose['asked']): NoticeDoc {
  const taken = new Set([...doc.purposes.map((one) => one.id), ...Object.keys(doc.words.purposes)]);
  let count = doc.purposes.length + 1;
  while (taken.has(`purpose-${count}`)) count += 1;
  const id = asked === 'chat' ? COOKIE_PURPOSE : `purpose-${count}`;
  const next = addAt(doc, 'purposes', { ...PURPOSE, id, asked });
  return setAt(next, `words.purposes.${id}`, { name: '', label: '', note: '' });
}

const FACTS: NoticeFacts = {
  shortName: '',
  representative: null,
  dpo: null,
  interest: null,
  recipients: [],
  transfers: [],
  rights: [...RIGHTS],
  automated: null,
  minAge: null,
  storage: [],
};

/** An empty page. What stands nowhere yet, the linter names. */
export function blankNotice(site: string, locale: string): NoticeDoc {
  const asked = { question: '', questionPlaceholder: '', questionHint: '', name: '', email: '', optional: '', needed: '' };
  return {
    schema: 'parley-notice/1',
    site,
    version: 1,
    locale,
    controller: { name: '', address: '', contact: '' },
    jurisdiction: '',
    authority: '',
    facts: FACTS,
    fields: { name: 'optional', email: 'optional' },
    purposes: [],
    periods: { ip: '', proof: '', cookie: '' },
    words: {
      form: { ...asked, clause: '', readFull: '', start: '', promise: '', away: '' },
      cookie: { title: '', body: '', refuse: '', accept: '' },
      purposes: {},
    },
    full: { title: '', table: [], sections: [] },
  };
}

/** A notice as the editor takes it: older ones have no facts. */
export function writable(doc: NoticeDoc): NoticeDoc {
  return doc.facts ? doc : { ...doc, facts: FACTS };
}

/**
 * What the relay made of the words that were sent, brought into those that stand here now: it writes some of them from
 * the settings. What was typed since stays, and so does white space that only the relay takes out.
 */
export function withMade<T>(now: T, sent: T, made: T): T {
  if (typeof sent === 'string' && typeof made === 'string' && plainText(sent) === made) return now;
  const isWhole = !isPlain(now) || !isPlain(sent) || !isPlain(made) || isAnotherLength(now, sent, made);
  if (isWhole) return JSON.stringify(now) === JSON.stringify(sent) ? made : now;
  const keys = [...Object.keys(made), ...Object.keys(now).filter((key) => !(key in made))];
  const there = keys.filter((key) => (key in now || !(key in sent)) && (key in made || !(key in sent)));
  const merged = there.map((key) => [key, withMade(now[key], sent[key], made[key])] as const);
  return (Array.isArray(made) ? merged.map(([, value]) => value) : Object.fromEntries(merged)) as T;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

function isAnotherLength(...lists: unknown[]): boolean {
  return lists.some(Array.isArray) && new Set(lists.map((one) => (Array.isArray(one) ? one.length : -1))).size > 1;
}
