import { doctorWords } from '../../shared/i18n/doctor.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { DAY, HOUR } from '../../shared/limits.ts';

/** How it stands with one thing. Only what is wrong makes the command end with 1. */
export interface Finding {
  level: 'ok' | 'note' | 'wrong';
  text: string;
}

export const say = (
  level: Finding['level'],
  key: keyof typeof doctorWords,
  values: Record<string, string | number> = {},
): Finding => ({
  level,
  text: fill(doctorWords[key], values),
});

export function ageWords(age: number): string {
  return age < 2 * DAY
    ? fill(doctorWords['age.hours'], { count: Math.max(0, Math.floor(age / HOUR)) })
    : fill(doctorWords['age.days'], { count: Math.floor(age / DAY) });
}
