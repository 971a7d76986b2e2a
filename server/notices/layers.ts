/** What the words of a notice must speak of (PR-04, PR-06, PR-08, PR-18). */
export interface Layer {
  /** What is taken: the words of the visitor. */
  data: RegExp;
  period: RegExp;
  ip: RegExp;
  time: RegExp;
  automated: RegExp;
  transfer: RegExp;
  withdrawal: RegExp;
  lawful: RegExp;
  /** Special categories of data (PR-18): their names, an agreement that is explicit, and the line that asks for none. */
  special: RegExp;
  explicit: RegExp;
  leaveOut: RegExp;
  sensitive: RegExp;
  /** The sentence that says what is kept as proof, in whichever form. */
  proof: RegExp;
}

/** How each approved language speaks of it: enough to find that a thing was left out, not to judge how it was said. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  en: {
    data: /\b(what you (write|type|send|say)|your (messages?|question|words)|this chat)\b/i,
    period: /\b\d+\s+(days?|weeks?|months?|years?)\b/i,
    ip: /\bIP\b/,
    time: /\bthe (date and )?time\b/i,
    automated: /\b(people|persons?|humans?|machines?|automat\w+)\b/i,
    transfer: /\b(leaves?|transfer\w*|outside|abroad|sent to)\b/i,
    withdrawal: /\b(withdraw|take\s+(it|this)\s+back)\b[^.]*\bPrivacy\b/i,
    lawful: /\b(stays?|remains?|is still)\s+lawful\b/i,
    special:
      /\b(health|medical|religio\w*|beliefs?|politic\w*|ethnic\w*|rac(e|ial)|sex\w*|biometric\w*|genetic\w*|(trade )?union)\b/i,
    explicit: /\bexplicit(ly)?\b/i,
    leaveOut: /\b(leave out|do not (send|write|give)|never (send|write|give))\b/i,
    proof: /As proof that you agreed: the time for [^.,]+(?:, your IP address [^.,]+)?\./,
    sensitive: /\bsensitive personal data\b/i,
  },
};

export function says(layer: Layer, part: keyof Layer, text: string): boolean {
  return layer[part].test(text);
}
