import { compilePattern, isPatternName, PATTERN_MAX, PATTERNS_MAX, SPARED_MAX } from '../../../shared/redaction/patterns.ts';
import type { OwnPattern, RedactionRules } from '../../../shared/redaction/redaction.ts';
import { x } from './words.ts';

/** What is wrong with a pattern, in words; empty where it can be used. */
export function patternFault({ pattern }: Pick<OwnPattern, 'pattern'>): string {
  const made = compilePattern(pattern);
  return typeof made === 'string' ? x(`fault.${made}`, { max: PATTERN_MAX }) : '';
}

export function nameFault({ name }: Pick<OwnPattern, 'name'>): string {
  return isPatternName(name) ? '' : x('fault.name');
}

export function sparedFault(spared: readonly string[]): string {
  const isFit = spared.length <= PATTERNS_MAX && spared.every((line) => line.length <= SPARED_MAX);
  return isFit ? '' : x('fault.spared', { max: PATTERNS_MAX, length: SPARED_MAX });
}

/** One number a line, and no empty ones. */
export function sparedLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

export function isUsable(rules: RedactionRules): boolean {
  return rules.own.every((own) => patternFault(own) === '' && nameFault(own) === '') && sparedFault(rules.spared) === '';
}
