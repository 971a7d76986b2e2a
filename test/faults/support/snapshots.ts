import type { AgentDesk } from './agent-desk.ts';
import type { VisitorTab } from './visitor-tab.ts';

/** What a visitor's model knows of the conversation; not how it knows it (link, what was drawn). */
export function seenByVisitor({ conversation: model }: VisitorTab): unknown {
  const { conversation, consents, lines, typing, over } = model.state;
  return {
    conversation,
    consents: [...consents].sort((a, b) => (a.purpose < b.purpose ? -1 : 1)),
    lines: lines.map(({ id, seq, author, name, body, at, local }) => ({ id, seq, author, name, body, at, local: local ?? null })),
    kept: model.kept(),
    typing,
    over,
  };
}

/** What an agent's models know: the inbox, who is here, and one conversation with its card. */
export function seenByAgent({ workspace, opened }: AgentDesk, conversationId: string): unknown {
  const { inbox, typing, presence } = workspace;
  const talk = opened.get(conversationId);
  return {
    inbox: [...inbox.all.peek().values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    groups: inbox.groups.peek().map(({ name, conversations }) => ({ name, ids: conversations.map(({ id }) => id) })),
    counts: inbox.counts.peek(),
    unread: inbox.unread.peek(),
    agents: [...inbox.agents.peek()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    presence: presence.peek(),
    typing: [...typing.who.peek()],
    messages: talk?.messages
      .peek()
      .map(({ id, seq, author, agentId, name, body, at }) => ({ id, seq, author, agentId, name, body, at })),
    lock: talk?.lock.peek() ?? null,
    card: talk?.consent.card.peek() ?? null,
  };
}

/** The first place where two values are not the same, in words; null where there is none. */
export function difference(ours: unknown, fresh: unknown, path = ''): string | null {
  if (Object.is(ours, fresh)) return null;
  if (typeof ours !== 'object' || typeof fresh !== 'object' || ours === null || fresh === null) {
    return `${path || 'all'} is ${JSON.stringify(ours)}, and fetched ${JSON.stringify(fresh)}`;
  }
  const [one, other] = [ours, fresh] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])) {
    const found = difference(one?.[key], other?.[key], path ? `${path}.${key}` : key);
    if (found !== null) return found;
  }
  return null;
}
