// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { pieces, safeHref } from '../../console/ui/links.ts';
import { MessageText } from '../../console/ui/MessageText.tsx';

afterEach(cleanup);

// oxlint-disable no-script-url -- these are what must never work

const HOSTILE = [
  '<script>globalThis.hit = 1</script>',
  '<img src=x onerror="globalThis.hit=1">',
  '<svg onload=globalThis.hit=1>',
  '"><iframe srcdoc="<script>parent.hit=1</script>">',
  '<a href="javascript:globalThis.hit=1">click</a>',
  'javascript:globalThis.hit=1',
  'data:text/html,<script>globalThis.hit=1</script>',
  '&lt;b&gt;entities stay&lt;/b&gt;',
  '{{constructor.constructor("globalThis.hit=1")()}}',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=globalThis.hit=1>',
];

describe('what a visitor writes', () => {
  it.each(HOSTILE)('is drawn as text: %s', (text) => {
    const { container } = render(<MessageText body={text} />);
    expect(container.textContent).toBe(text);
    expect(container.children).toHaveLength(0);
    expect('hit' in globalThis).toBe(false);
  });

  it('becomes a link only for http, https and mailto', () => {
    const { container } = render(
      <MessageText body="See https://northwind.example/new?a=1&b=2, or mailto:x@y.example. Not ftp://z.example." />,
    );
    const links = [...container.querySelectorAll('a')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      'https://northwind.example/new?a=1&b=2',
      'mailto:x@y.example',
    ]);
    for (const link of links) {
      expect(link.rel.split(' ')).toEqual(expect.arrayContaining(['noopener', 'noreferrer']));
      expect(link.target).toBe('_blank');
    }
  });

  it('leaves the marks of a sentence outside of an address', () => {
    const hrefs = (text: string) => pieces(text).flatMap((piece) => piece.href ?? []);
    expect(hrefs('(see https://a.example/b).')).toEqual(['https://a.example/b']);
    expect(hrefs('https://a.example/wiki/Tide_(book)')).toEqual(['https://a.example/wiki/Tide_(book)']);
    expect(hrefs('“https://a.example/b”!')).toEqual(['https://a.example/b']);
    expect(hrefs('https://a.example/1 and http://b.example/2')).toEqual(['https://a.example/1', 'http://b.example/2']);
  });

  it.each([
    ['javascript:alert(1)'],
    ['vbscript:x'],
    ['file:///etc/passwd'],
    ['https://bank.example@evil.example/'],
    ['https://evil.example/\u202egnp.exe'],
    ['https://ex\u200bample.org/'],
    ['https://'],
    ['mailto:'],
    ['mailto:nobody'],
    ['mailto:a@b.example,c@d.example'],
    ['mailto:\u202ea@b.example'],
  ])('never opens %s', (text) => {
    expect(safeHref(text)).toBeNull();
  });

  it('keeps every character of what was written', () => {
    const text = 'a https://a.example/x, b\n\nhttps://b.example@c.example d';
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});
