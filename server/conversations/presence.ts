import type { AgentPresence, Presence } from '../../shared/events.ts';

/** Who is here, on this node: in memory only, because presence is best effort and ends with the connection. */
export class Presences {
  readonly #agents = new Map<string, { name: string; sockets: Map<string, Presence> }>();
  readonly #visitors = new Map<string, Set<string>>();

  setAgent(agent: { id: string; name: string }, socketId: string, presence: Presence): void {
    const known = this.#agents.get(agent.id) ?? { name: agent.name, sockets: new Map<string, Presence>() };
    known.sockets.set(socketId, presence);
    this.#agents.set(agent.id, known);
  }

  /** What an agent says of themselves holds for every window. */
  setPresence(agentId: string, presence: Presence): void {
    const sockets = this.#agents.get(agentId)?.sockets;
    for (const socketId of sockets?.keys() ?? []) sockets?.set(socketId, presence);
  }

  dropAgent(agentId: string, socketId: string): void {
    const known = this.#agents.get(agentId);
    known?.sockets.delete(socketId);
    if (known?.sockets.size === 0) this.#agents.delete(agentId);
  }

  /** An agent with two windows is online if one of them is. */
  agents(): AgentPresence[] {
    return [...this.#agents].map(([id, { name, sockets }]) => ({
      id,
      name,
      presence: [...sockets.values()].includes('online') ? 'online' : 'away',
    }));
  }

  agentsOnline(): boolean {
    return this.agents().some((agent) => agent.presence === 'online');
  }

  addVisitor(conversationId: string, socketId: string): void {
    const sockets = this.#visitors.get(conversationId) ?? new Set();
    sockets.add(socketId);
    this.#visitors.set(conversationId, sockets);
  }

  /** Gives how many of the conversation's sockets are left. */
  dropVisitor(conversationId: string, socketId: string): number {
    const sockets = this.#visitors.get(conversationId);
    sockets?.delete(socketId);
    if (sockets?.size === 0) this.#visitors.delete(conversationId);
    return sockets?.size ?? 0;
  }

  visitorOnline(conversationId: string): boolean {
    return this.#visitors.has(conversationId);
  }
}
