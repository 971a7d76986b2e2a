import type { ComponentChildren } from 'preact';

/** The names of what is stored, set as code. The chat has its own of these lines: a shared file would weigh on the form. */
export function withNames(text: string): ComponentChildren {
  return text.split(/((?:__Host-)?parley_\w+)/).map((part, at) => (at % 2 ? <span class="code">{part}</span> : part));
}
