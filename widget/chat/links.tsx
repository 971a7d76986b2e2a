import type { ComponentChildren } from 'preact';

const LINK = /\b((?:https?:\/\/|mailto:)[^\s<>"]+)/gi;
const BALANCED = /^([^()]|\([^()]*\)?)*/;
const SAFE = ['http:', 'https:', 'mailto:'];

/**
 * Text with its links as elements: only addresses with a scheme that is safe, opened elsewhere, and nothing about
 * this page told to them. What is shown is what was written.
 */
export function withLinks(text: string): ComponentChildren {
  return text.split(LINK).map((part, at) => {
    if (at % 2 === 0) return part;
    // The stop of the sentence is not part of the address, nor a bracket that it did not open.
    const address = (BALANCED.exec(part)?.[0] ?? '').replace(/[.,;:!?'’”]+$/, '');
    const url = URL.canParse(address) && new URL(address);
    // https://bank.example@evil.example reads as the bank.
    if (!url || !SAFE.includes(url.protocol) || url.username + url.password) return part;
    return (
      <>
        <a href={address} target="_blank" rel="noopener noreferrer nofollow ugc">
          {address}
        </a>
        {part.slice(address.length)}
      </>
    );
  });
}
