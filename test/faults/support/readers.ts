import { openBeside, openVault } from '../../../server/cli/open.ts';
import { readConfig } from '../../../server/config.ts';
import { presentMessages } from '../../../server/conversations/present.ts';
import { verifyLedger } from '../../../server/ledger/verify.ts';
import type { ConversationRow } from '../../../server/store/rows.ts';
import type { Store } from '../../../server/store/store.ts';
import type { Vault } from '../../../server/vault/vault.ts';
import type { VisitorSync } from '../../../shared/events.ts';
import { askAsVisitor, dataOf, visitorSocket } from '../../support/sockets.ts';
import type { Read, Stored } from './judge.ts';
import type { RelayProcess } from './relay-process.ts';

/** The relay's store, read from beside it. */
export interface OpenStore {
  /** Every conversation that is stored, those that nobody knows of among them. */
  conversations(): Promise<ConversationRow[]>;
  read(conversation: ConversationRow): Promise<Read>;
  /** The consent events of a conversation, as purpose and state. */
  consents(conversationId: string): Promise<string[]>;
  /** What is wrong with a site's consent ledger; null when every one holds. */
  ledgerFault(): Promise<string | null>;
  close(): Promise<void>;
}

/** Where a relay keeps what it keeps. */
interface Data {
  dataDir: string;
  env?: Readonly<Record<string, string>>;
}

const PAGE = 1000;

export async function openStoreOf({ dataDir, env = {} }: Data): Promise<OpenStore> {
  const config = readConfig({ ...env, PARLEY_DATA: dataDir });
  const store = await openBeside(config);
  const vault = await openVault(config, store);
  return {
    conversations: () => store.read.inbox('all', '', null, 1_000_000),
    read: async (conversation) => ({
      reader: 'the store',
      conversation: conversation.id,
      messages: await storedMessages(store, vault, conversation),
    }),
    consents: async (id) => (await store.read.consentEventsOf(id)).map(({ purpose, state }) => `${purpose} ${state}`),
    async ledgerFault() {
      for (const { id, key } of await store.read.sites()) {
        const { fault } = await verifyLedger(store.read, vault, id);
        if (fault) return `the ledger of ${key} is broken at ${fault.seq}: ${fault.kind}`;
      }
      return null;
    },
    close: () => store.close(),
  };
}

async function storedMessages(store: Store, vault: Vault, { id, visitorId }: ConversationRow): Promise<Stored[]> {
  const keys = vault.keysOf(visitorId, await store.read.dataKeysOf(visitorId));
  const messages: Stored[] = [];
  for (let page = PAGE; page === PAGE; ) {
    const rows = await store.read.messagesAfter(id, messages.at(-1)?.seq ?? 0, PAGE);
    page = rows.length;
    messages.push(...presentMessages(keys, rows));
  }
  return messages;
}

/** What a visitor who comes with nothing in memory is given, page by page. */
export async function readAfresh(
  relay: Pick<RelayProcess, 'origin'>,
  conversation: string,
  who: { session?: string; cookie?: string },
): Promise<Read> {
  const socket = await visitorSocket(relay, {
    auth: who.session === undefined ? {} : { session: who.session },
    ...(who.cookie !== undefined && { cookie: who.cookie }),
  });
  try {
    const messages: Stored[] = [];
    for (let page: VisitorSync | null = null; page?.more ?? true; ) {
      page = dataOf(await askAsVisitor(socket, 'conversation:sync', { afterSeq: messages.at(-1)?.seq ?? 0 }));
      messages.push(...page.messages);
    }
    return { reader: 'a visitor who comes afresh', conversation, messages };
  } finally {
    socket.close();
  }
}
