/** The owner's one colour, turned into the accent roles and corrected until the pairs can be read (PR-86). */

export interface AccentRoles {
  accent: string;
  accentHover: string;
  onAccent: string;
  accentText: string;
  accentSoft: string;
  accentLine: string;
  bubbleVisitor: string;
  onBubbleVisitor: string;
}

export interface SiteLook {
  /** The letter in the mark. */
  initial: string;
  light: AccentRoles;
  dark: AccentRoles;
}

type Rgb = [number, number, number];

function parse(colour: string): Rgb {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (!digits) throw new RangeError('a colour is written #rrggbb');
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as Rgb;
}

function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2 contrast ratio, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function mix(from: string, to: string, share: number): string {
  const start = parse(from);
  const end = parse(to);
  return format(start.map((part, at) => part + ((end[at] as number) - part) * share) as Rgb);
}

/** Moves `colour` towards `to` in small steps until it stands out by `ratio` from every ground. */
function corrected(colour: string, to: string, grounds: string[], ratio: number): string {
  for (let share = 0; share < 1; share += 0.02) {
    const candidate = mix(colour, to, share);
    if (grounds.every((ground) => contrast(candidate, ground) >= ratio)) return candidate;
  }
  return to;
}

const WHITE = '#ffffff';
const INK = '#141210';
/** Grounds that accent text may stand on: tokens.css surface, surface-low, paper. */
const LIGHT_GROUNDS = ['#ffffff', '#f7f5f2', '#f0eeea', '#fcfbf8'];
const DARK_GROUNDS = ['#1d1b19', '#23211e', '#2a2825', '#22201d'];

export function deriveLook(colour: string, initial: string): SiteLook {
  const deep = corrected(colour, INK, LIGHT_GROUNDS, 4.6);
  const pale = corrected(mix(colour, WHITE, 0.45), WHITE, DARK_GROUNDS, 7);
  const bubbleDark = corrected(mix(deep, '#1d1b19', 0.1), INK, [WHITE], 6);
  return {
    initial,
    light: {
      accent: deep,
      accentHover: mix(deep, '#000000', 0.22),
      onAccent: WHITE,
      accentText: deep,
      accentSoft: mix(deep, WHITE, 0.94),
      accentLine: mix(deep, WHITE, 0.74),
      bubbleVisitor: deep,
      onBubbleVisitor: WHITE,
    },
    dark: {
      accent: pale,
      accentHover: mix(pale, WHITE, 0.25),
      onAccent: mix(deep, '#000000', 0.55),
      accentText: mix(pale, WHITE, 0.12),
      accentSoft: mix(deep, '#1a1917', 0.72),
      accentLine: mix(deep, '#1a1917', 0.35),
      bubbleVisitor: bubbleDark,
      onBubbleVisitor: WHITE,
    },
  };
}
