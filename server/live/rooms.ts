import type { Refusal } from '../errors.ts';

export const AGENTS_ROOM = 'agents';
export const conversationRoom = (id: string): string => `c:${id}`;

/** The conversations among a namespace's rooms. */
export function conversationsIn(rooms: Iterable<string>): string[] {
  return [...rooms].filter((room) => room.startsWith('c:')).map((room) => room.slice(2));
}

export const sessionRoom = (tokenHash: string): string => `s:${tokenHash}`;
export const agentRoom = (id: string): string => `a:${id}`;

/** A refused connection: the client finds the code in `error.data.code`. */
export function refuse(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.code), { data: { code: refusal.code, ...refusal.details } });
}
