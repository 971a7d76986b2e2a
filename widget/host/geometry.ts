/** Where the panel stands, as plain numbers, so that it can be tested without a browser. */

export interface Room {
  /** The window without scroll bars. */
  width: number;
  height: number;
  /** What is in view of it: smaller while a keyboard is up, moved while zoomed. */
  visible: { top: number; left: number; width: number; height: number };
  /** The reader's own size of letters: the panel is as large as they are. */
  em: number;
}

export interface Place {
  /** The panel fills the screen and the page behind is inert. */
  phone: boolean;
  /** Hide the launcher: the panel needs its room, and has a way to close of its own. */
  alone: boolean;
  /** Declarations; what they leave open stands in the style sheet. */
  style: string;
}

/** Narrower than this the panel is the screen. */
export const PHONE_BELOW = 480;
/** In the reader's letters: 640 where these are 16. */
const PANEL_HEIGHT = 40;
const EDGE = 16;
/** Above the launcher: its distance from the edge, its height, and a gap. */
const ABOVE_LAUNCHER = 24 + 60 + 12;

const px = (number: number): string => `${Math.max(0, Math.round(number))}px`;

export function placeOf({ width, height, visible, em }: Room): Place {
  if (width < PHONE_BELOW) {
    const { top, left, width, height } = visible;
    return { phone: true, alone: true, style: `top:${px(top)};left:${px(left)};width:${px(width)};height:${px(height)}` };
  }
  // A keyboard takes its room at the bottom of the window.
  const covered = Math.max(0, height - visible.top - visible.height);
  const room = height - covered;
  const wanted = PANEL_HEIGHT * em;
  const alone = room < wanted + ABOVE_LAUNCHER + EDGE;
  const style = `bottom:${px(covered + (alone ? EDGE : ABOVE_LAUNCHER))};height:${px(Math.min(wanted, room - 2 * EDGE))}`;
  return { phone: false, alone, style };
}

/** The room for an element of the launcher as it is now. */
export function roomNow(element: Element): Room {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const view = window.visualViewport;
  return {
    // In quirks mode the root's height is the document's.
    width,
    height: Math.min(height, innerHeight) || innerHeight,
    em: Number.parseFloat(getComputedStyle(element).fontSize),
    visible: view
      ? { top: view.offsetTop, left: view.offsetLeft, width: view.width, height: view.height }
      : { top: 0, left: 0, width, height: innerHeight },
  };
}
