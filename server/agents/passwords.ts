import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../errors.ts';

/** OWASP's first choice for argon2id (the library's default kind): 19 MiB, two passes, one lane (PR-76). */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const SHORTEST = 15;

/** False under 15 characters, for one character over and over, and for the account's own words (PR-75). */
export function isStrongPassword(password: string, context: string[]): boolean {
  const plain = password.normalize('NFC');
  const words = context.flatMap((word) => word.toLowerCase().split(/[\s@.]+/)).filter((word) => word.length > 3);
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), plain.toLowerCase());
  return [...plain].length >= SHORTEST && new Set(plain).size >= 5 && [...rest].length >= 8;
}

/** @throws Refusal `weak_password` */
export function requireStrongPassword(password: string, context: string[]): void {
  if (!isStrongPassword(password, context)) throw new Refusal('weak_password');
}

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

let decoy: Promise<string> | null = null;

/** Takes as long for an account that does not exist as for one that does (PR-78). */
export async function passwordHolds(password: string, stored: string | null): Promise<boolean> {
  decoy ??= hash('an account that does not exist', PARAMETERS);
  const holds = await verify(stored ?? (await decoy), password.normalize('NFC'));
  return stored !== null && holds;
}
