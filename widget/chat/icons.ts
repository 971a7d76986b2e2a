import { SHAPE } from '../ui/icons.ts';

/** Drawings of the chat in a square of 20, stroked. */
export const AGREED = `${SHAPE}M7 10.2l2.1 2.1L13 8.2`;
export const REFUSED = `${SHAPE}M7 10h6`;
export const SEND = 'M10 16V4.5M5 9l5-5 5 5';
export const CHECK = 'm4.5 10.5 3.7 3.7 7.3-8';
export const CHECKS = 'm1.8 10.5 3.5 3.5 6.7-7.5M9.5 13l1.2 1.2 7.3-8';
export const CLOCK = 'M3 10a7 7 0 1 0 14 0 7 7 0 1 0-14 0M10 6v4.2l2.7 1.8';
export const OFF =
  'M3 3l14 14M6.3 11.6a5.3 5.3 0 0 1 2-1.2M3.7 8.6a9.3 9.3 0 0 1 2.7-1.7M9.5 6a9.3 9.3 0 0 1 6.8 2.6M8.6 14.2a2 2 0 0 1 2.8 0';
const BELL = 'M5 14V9a5 5 0 0 1 10 0v5l1 1H4ZM8.5 17h3';
export const SOUND = BELL;
export const SILENT = `${BELL}M3.5 3.5l13 13`;
