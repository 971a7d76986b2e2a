declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ConversationId = Branded<'ConversationId'>;
export type MessageId = Branded<'MessageId'>;
/** 32 lower-case hex digits: one act of consent, and the number of its receipt. */
export type ActId = Branded<'ActId'>;
/** 256 random bits, base64url. A secret: never in a URL, never in a log. */
export type SessionToken = Branded<'SessionToken'>;

function randomBytes(length: number): Uint8Array {
  // getRandomValues works where randomUUID does not: a frame inside a plain-http page is no secure context.
  return crypto.getRandomValues(new Uint8Array(length));
}

function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random. It orders index entries;
 * it is never an access secret, because it tells when it was made.
 */
export function newId<Id extends string = string>(now: number = Date.now()): Id {
  const bytes = randomBytes(16);
  for (let at = 5, rest = now; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const digits = hex(bytes);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}` as Id;
}

export function newActId(): ActId {
  return hex(randomBytes(16)) as ActId;
}

/** 32 random bytes as 43 base64url characters. */
export function newSessionToken(): SessionToken {
  return btoa(String.fromCharCode(...randomBytes(32)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '') as SessionToken;
}

/** The receipt number as people read it: the first eight digits in two groups. */
export function receiptNumber(actId: string): string {
  return `${actId.slice(0, 4)} ${actId.slice(4, 8)}`.toUpperCase();
}
