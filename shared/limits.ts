/** Sizes and times that both ends obey. Times are milliseconds. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Longest message, in Unicode code points. */
export const MESSAGE_MAX_CHARS = 4000;
/** Longest message, in UTF-8 bytes: four bytes for each code point. */
export const MESSAGE_MAX_BYTES = 16_000;
/** Longest reason of a legal hold, and how long it stands before somebody has to look at it again. */
export const HOLD_REASON_MAX = 500;
export const HOLD_MOST = 2 * 366 * DAY;
export const NAME_MAX_CHARS = 120;
export const EMAIL_MAX_CHARS = 254;
/** One Socket.IO frame; the longest message in JSON escapes fits. */
export const FRAME_MAX_BYTES = 64 * 1024;
/** Messages in one answer to `conversation:sync` and `conversation:open`. */
export const PAGE_SIZE = 100;

/** A send without an acknowledgement is tried again after this. */
export const ACK_TIMEOUT = 5 * SECOND;
/** A relay that has not answered the click by now is called unreachable. */
export const OPEN_TIMEOUT = 8 * SECOND;
/** How long one `typing:set` holds without being repeated. */
export const TYPING_HOLD = 6 * SECOND;
export const PING_INTERVAL = 10 * SECOND;
export const PING_TIMEOUT = 15 * SECOND;
/** Default life of the chat cookie without use (PR-19). */
export const COOKIE_LIFE = DAY;
