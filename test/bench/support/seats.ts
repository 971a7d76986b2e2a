/** Who takes part in a run: the same for the product and for the baseline. */

export interface VisitorSeat {
  conversationId: string;
  /** The session's token. */
  session: string;
}

export interface AgentSeat {
  /** The `Cookie` header. */
  cookie: string;
  /** The conversations that this agent answers in. */
  conversationIds: string[];
}

export interface Seats {
  port: number;
  origin: string;
  visitors: VisitorSeat[];
  agents: AgentSeat[];
}

/** Questions that a relay of the benchmark answers. */
export type RelayQuestion =
  | { kind: 'open'; visitors: number; agents: number }
  /** The same without anybody new: for a relay that is started anew on seats that exist. */
  | { kind: 'listen' }
  | { kind: 'collect' }
  /** Every stored message, by conversation: what the checker reads at the end. */
  | { kind: 'read' };

export interface StoredMessage {
  id: string;
  conversationId: string;
  seq: number;
  author: 'visitor' | 'agent';
  body: string;
}
