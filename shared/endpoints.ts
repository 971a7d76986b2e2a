/** Where the two ends meet. Free of zod, so that browsers may import it. */
export const LIVE_PATH = '/live';
export const VISITOR_NAMESPACE = '/visitor';
export const AGENT_NAMESPACE = '/agent';
/** The one mark on the host's origin: the expiry time in epoch milliseconds, nothing else (PR-19). */
export const RESUME_MARK = 'parley_resume';
/** Unsent messages, in the frame's sessionStorage, after Accept only (PR-19). */
export const OUTBOX_KEY = 'parley_outbox';
/** What an agent set for this browser, in the console's localStorage, while it is set and until sign-out (PR-19). */
export const CONSOLE_KEY = 'parley_console';
export const CHAT_COOKIE = '__Host-parley_chat';
export const AGENT_COOKIE = '__Host-parley_agent';

/** The fragment by which the frame knows, before anything is asked, that the page's consent manager decides. */
export const MANAGED = '#managed';
