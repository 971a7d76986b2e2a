import type { ComponentChildren } from 'preact';

/** Text in which the names of what is stored are set as code. The text itself stays the same, to the letter. */
export function withNames(text: string): ComponentChildren {
  return text.split(/((?:__Host-)?parley_\w+)/).map((part, at) => (at % 2 ? <span class="code">{part}</span> : part));
}
