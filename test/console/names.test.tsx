// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { listName, objectName, subjectName } from '../../console/ui/names.ts';
import { drawConsole } from './draw.tsx';
import { FakeRelay, visitorMessage } from './fake-relay.ts';

afterEach(cleanup);

describe('a name', () => {
  it.each([
    ['Aoife Byrne', 'Aoife'],
    ['سارة أحمد', '\u2068سارة\u2069'],
    ['שרה', '\u2068שרה\u2069'],
    // Stored before the relay refused them.
    ['Eve\u202e', 'Eve'],
    ['\u2067Eve\u2069 Adams', 'Eve'],
  ])('%j turns nothing of a sentence around', (name, said) => {
    expect([subjectName(name), objectName(name)]).toEqual([said, said]);
    expect(listName(name)).not.toMatch(/\p{Bidi_Control}/u);
  });

  it.each([null, '', '  ', '\u200b', '\u202e'])('of which nothing can be seen is none: %j', (name) => {
    expect([listName(name), subjectName(name), objectName(name)]).toEqual(['No name given', 'The visitor', 'the visitor']);
  });

  it('has its own direction in list and head, and its place does not', async () => {
    const relay = new FakeRelay();
    const { id } = relay.add({ visitorName: 'سارة أحمد' }, [visitorMessage(1, 'مرحبا')]);
    await drawConsole(relay, id);
    for (const place of ['.item b', '#talk-name']) {
      const element = document.querySelector(place);
      expect(element?.hasAttribute('dir'), place).toBe(false);
      expect(element?.querySelector('[dir="auto"]')?.textContent, place).toBe('سارة أحمد');
    }
    expect(screen.getByRole('textbox').getAttribute('aria-label')).toBe('Your answer to \u2068سارة\u2069');
  });
});
