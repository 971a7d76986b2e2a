import { describe, expect, it } from 'vitest';
import { messageBody } from '../../shared/events.ts';
import { cleanText, lengthOf } from '../../widget/text.ts';

describe('what is typed, made fit to be sent', () => {
  it.each(['a\u0000b', 'a\r\nb\rc', 'lone \ud83d half', 'tab\tand\nline', '  edges  ', '\u0085x'])(
    'makes %j something that the relay takes',
    (text) => {
      expect(messageBody.safeParse(cleanText(text)).success).toBe(true);
    },
  );

  it.each(['', '   ', '\n\n', '\u200b\u2060', '\u0000'])('takes %j for nothing', (text) => {
    expect(cleanText(text)).toBe('');
  });

  it('counts as the relay counts', () => {
    expect(lengthOf('🙂🙂')).toBe(2);
  });
});
