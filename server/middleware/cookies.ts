import type { IncomingHttpHeaders } from 'node:http';
import type { Response } from 'express';
import { AGENT_COOKIE, CHAT_COOKIE } from '../../shared/endpoints.ts';

/** The value of one cookie, or null. Values are base64url: anything else is not ours. */
export function readCookie(req: { headers: IncomingHttpHeaders }, name: string): string | null {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) {
      const value = pair.slice(at + 1).trim();
      return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null;
    }
  }
  return null;
}

// PR-25: no script can read it, it stays with the host's site, and it goes nowhere without TLS.
const CHAT = { httpOnly: true, secure: true, sameSite: 'none', path: '/', partitioned: true } as const;
const AGENT = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' } as const;

export function setChatCookie(res: Response, token: string, lifeMs: number): void {
  res.cookie(CHAT_COOKIE, token, { ...CHAT, maxAge: lifeMs });
}

/** Clears the cookie that the browser sent. Before Accept there is none, and no answer speaks of one (PR-22). */
export function dropChatCookie(req: { headers: IncomingHttpHeaders }, res: Response): void {
  const isSent = (req.headers.cookie ?? '').split(';').some((pair) => pair.trim().startsWith(`${CHAT_COOKIE}=`));
  if (isSent) res.cookie(CHAT_COOKIE, '', { ...CHAT, maxAge: 0 });
}

export function setAgentCookie(res: Response, token: string): void {
  res.cookie(AGENT_COOKIE, token, AGENT);
}

export function clearAgentCookie(res: Response): void {
  res.cookie(AGENT_COOKIE, '', { ...AGENT, maxAge: 0 });
}
