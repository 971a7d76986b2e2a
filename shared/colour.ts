/** The owner's one colour, turned into the accent roles and corrected until the pairs can be read (PR-86). */

export interface AccentRoles {
  accent: string;
  accentHover: string;
  onAccent: string;
  accentText: string;
  bubbleVisitor: string;
}

/** What the launcher is drawn with: the loader carries no more. */
export interface LauncherLook {
  light: Pick<AccentRoles, 'accent' | 'onAccent'>;
  dark: Pick<AccentRoles, 'accent' | 'onAccent'>;
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
  const [r, g, b] = rgb.map((part) => toLinear(part / 255)) as Rgb;
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

/** OKLab (B. Ottosson, 2020): equal steps in it look equal, so a hue can be made lighter without going grey. */
interface Oklch {
  lightness: number;
  chroma: number;
  hue: number;
}

const toLinear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const fromLinear = (part: number): number => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

function toOklch(colour: string): Oklch {
  const [r, g, b] = parse(colour).map((part) => toLinear(part / 255)) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, bb),
    hue: Math.atan2(bb, a),
  };
}

/** The nearest colour that a screen can show: chroma gives way, hue and lightness stay. */
function fromOklch({ lightness, chroma, hue }: Oklch): string {
  for (let c = chroma; ; c -= 0.004) {
    const a = Math.max(0, c) * Math.cos(hue);
    const b = Math.max(0, c) * Math.sin(hue);
    const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const linear: Rgb = [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ];
    if (c <= 0 || linear.every((part) => part >= -0.0005 && part <= 1.0005)) {
      return format(linear.map((part) => 255 * Math.min(1, Math.max(0, fromLinear(Math.min(1, Math.max(0, part)))))) as Rgb);
    }
  }
}

const WHITE = '#ffffff';
const INK = '#141210';
/** Grounds that accent text may stand on: tokens.css surface, surface-low, paper. */
const LIGHT_GROUNDS = ['#ffffff', '#f7f5f2', '#f0eeea', '#fcfbf8'];
const DARK_GROUNDS = ['#1d1b19', '#23211e', '#2a2825', '#22201d'];

export function deriveLook(colour: string, initial: string): SiteLook {
  const { chroma, hue } = toOklch(colour);
  const shade = (lightness: number, share = 1): string => fromOklch({ lightness, chroma: chroma * share, hue });
  const deep = corrected(colour, INK, LIGHT_GROUNDS, 4.6);
  const pale = corrected(shade(0.78), WHITE, DARK_GROUNDS, 7);
  return {
    initial,
    light: {
      accent: deep,
      accentHover: mix(deep, '#000000', 0.22),
      onAccent: WHITE,
      accentText: deep,
      bubbleVisitor: deep,
    },
    dark: {
      accent: pale,
      accentHover: mix(pale, WHITE, 0.25),
      onAccent: corrected(shade(0.26, 0.6), '#000000', [pale], 5),
      accentText: mix(pale, WHITE, 0.12),
      bubbleVisitor: corrected(shade(0.43), INK, [WHITE], 6),
    },
  };
}
