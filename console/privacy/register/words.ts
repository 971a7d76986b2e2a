import { registerEn } from '../../../shared/i18n/desk/register.en.ts';
import type { RegisterLine, RegisterState } from '../../../shared/register.ts';
import { wordsOf } from '../../i18n.ts';
import type { IconName } from '../../ui/icons.tsx';

export const r = wordsOf(registerEn);

/** How a state looks: its drawing, and the colour of its words. */
export const LOOKS: Record<RegisterState, { icon: IconName; tone: string }> = {
  ConsentGiven: { icon: 'agreed', tone: 'yes' },
  RenewedConsentGiven: { icon: 'agreed', tone: 'yes' },
  ConsentRefused: { icon: 'refused', tone: '' },
  ConsentWithdrawn: { icon: 'refused', tone: 'off' },
  ConsentExpired: { icon: 'clock', tone: 'old' },
  ConsentInvalidated: { icon: 'clock', tone: 'old' },
  ConsentTerminated: { icon: 'clock', tone: '' },
  erased: { icon: 'trash', tone: '' },
};

/** "Answer my message · not: Reading list" */
export function purposesOf({ purposes, state }: RegisterLine): { main: string; not: string } {
  const names = (of: RegisterLine['purposes']) => of.map(({ name }) => name).join(', ');
  const main = purposes.filter((purpose) => purpose.state === state);
  return { main: names(main), not: names(purposes.filter((purpose) => !main.includes(purpose))) };
}

/** `9c41…e07b` */
export const short = (hash: string): string => `${hash.slice(0, 4)}…${hash.slice(-4)}`;
