import type { MessageDraft } from '../../shared/events.ts';
import { type RedactionRules, redacted } from '../../shared/redaction/redaction.ts';

/** A draft as it may be stored. What it was before is known to nobody from here on. */
export interface Cleared {
  id: string;
  body: string;
  /** Is this stored text what the draft makes? Then the draft is a repeat, even where the rules changed in between. */
  isSame: (stored: string) => boolean;
}

/** Takes out what the site does not want kept, whatever the page did that sent it. */
export function cleared({ id, body, asIs }: MessageDraft, rules: RedactionRules): Cleared {
  const clear = redacted(body, rules, asIs === true);
  const strict = (): string => redacted(body, { ...rules, cards: 'remove', ibans: 'remove' });
  return { id, body: clear, isSame: (stored) => stored === clear || stored === body || stored === strict() };
}
