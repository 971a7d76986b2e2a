// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { withLinks } from '../../widget/chat/links.tsx';

const draw = (text: string): Element => render(<p>{withLinks(text)}</p>).container;

describe('links in messages', () => {
  afterEach(cleanup);

  it.each([
    ['See https://northwind.example/tide.', 'https://northwind.example/tide'],
    ['(https://northwind.example/a)', 'https://northwind.example/a'],
    ['https://en.wikipedia.org/wiki/Tide_(moon)', 'https://en.wikipedia.org/wiki/Tide_(moon)'],
    ['(https://x.example/a_(b))', 'https://x.example/a_(b)'],
    ['(see https://x.example/a_(b).)', 'https://x.example/a_(b)'],
    ['https://x.example/a_(b', 'https://x.example/a_(b'],
    ['mailto:privacy@northwind.example, please', 'mailto:privacy@northwind.example'],
    ['HTTP://NORTHWIND.example', 'HTTP://NORTHWIND.example'],
  ])('makes the address in %j a link that tells nothing about this page', (text, href) => {
    const link = draw(text).querySelector('a');
    expect(link?.getAttribute('href')).toBe(href);
    expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
    expect(link?.getAttribute('target')).toBe('_blank');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'https://',
    'https://bank.example@evil.example/',
    'https://:secret@evil.example/',
    '<a href="javascript:alert(1)">x</a>',
    '<img src=x onerror=alert(1)>',
  ])('leaves %j as it was written', (text) => {
    const container = draw(text);
    expect(container.querySelector('a, img, script')).toBeNull();
    expect(container.textContent).toBe(text);
  });

  it.each(['a https://x.example/?q="b"> c', 'no link', 'https://x.example/a https://y.example/b'])(
    'shows %j to the letter',
    (text) => {
      expect(draw(text).textContent).toBe(text);
    },
  );

  it.each(['(', ')', '()', ').', '!'])('gets through the longest message of nothing but %j, to the letter', (piece) => {
    const text = `https://x.example/${piece.repeat(2000)}`;
    expect(draw(text).textContent).toBe(text);
  });
});
