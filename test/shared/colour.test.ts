import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccentRoles, contrast, deriveLook } from '../../shared/colour.ts';

/** Grounds of tokens.css that accent text stands on. */
const GROUNDS = {
  light: ['#ffffff', '#f7f5f2', '#f0eeea', '#fcfbf8'],
  dark: ['#1d1b19', '#23211e', '#2a2825', '#22201d'],
};

type Pair = [name: string, text: string, ground: string];

function pairs(theme: 'light' | 'dark', roles: AccentRoles): Pair[] {
  return [
    ['on the accent', roles.onAccent, roles.accent],
    ['on the accent under the pointer', roles.onAccent, roles.accentHover],
    ['in the visitor’s bubble', '#ffffff', roles.bubbleVisitor],
    ...GROUNDS[theme].map((ground): Pair => [`accent text on ${ground}`, roles.accentText, ground]),
  ];
}

function weakPairs(colour: string): string[] {
  const look = deriveLook(colour, 'N');
  return (['light', 'dark'] as const).flatMap((theme) =>
    pairs(theme, look[theme])
      .filter(([, text, ground]) => contrast(text, ground) < 4.5)
      .map(([name, text, ground]) => `${colour} ${theme}, ${name}: ${text} on ${ground} is ${contrast(text, ground).toFixed(2)}`),
  );
}

const hex = (value: number): string => `#${value.toString(16).padStart(6, '0')}`;

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
  ])('of %s and %s is %f', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2);
    expect(contrast(other, one)).toBeCloseTo(ratio, 2);
  });

  it.each(['red', '#fff', '#12345g', '', '#1234567', 'rgb(0,0,0)'])('refuses %j', (colour) => {
    expect(() => deriveLook(colour, 'N')).toThrow(RangeError);
  });
});

describe("the owner's colour", () => {
  it('[PR-86] gives pairs that can be read, in light and in dark, over the whole colour space', () => {
    const weak: string[] = [];
    for (let red = 0; red < 256; red += 17) {
      for (let green = 0; green < 256; green += 17) {
        for (let blue = 0; blue < 256; blue += 17) weak.push(...weakPairs(hex(red * 65536 + green * 256 + blue)));
      }
    }
    expect(weak.slice(0, 10)).toEqual([]);
  });

  it('[PR-86] gives pairs that can be read for any colour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
        expect(weakPairs(hex(value))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is left as it is where it can be read already', () => {
    expect(deriveLook('#05585f', 'N').light.accent).toBe('#05585f');
  });
});
