import { SHAPE } from '../ui/icons.ts';

/** Drawings in a square of 20, stroked. */
export const AGREED = `${SHAPE}M7 10.2l2.1 2.1L13 8.2`;
export const REFUSED = `${SHAPE}M7 10h6`;
