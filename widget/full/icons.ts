/** Drawings in a square of 20, stroked. */
export const PRINT = 'M6 7V3.5h8V7M6 14H3.5V7h13v7H14M6 11.5h8v5H6z';
