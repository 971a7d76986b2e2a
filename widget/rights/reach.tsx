import type { ComponentChildren } from 'preact';

/** An address on the web or for letters as a link, any other as it stands. */
export function reach(text: string): ComponentChildren {
  const href = /^https?:\/\/\S+$/.test(text) ? text : /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? `mailto:${text}` : null;
  if (!href) return text;
  return (
    <a href={href} target="_blank" rel="noopener">
      {text.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}
    </a>
  );
}
