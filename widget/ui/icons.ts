/** Drawings in a square of 20, stroked. */
export const SHAPE = 'M8.2 3H15a2 2 0 0 1 2 2v6.8a5.2 5.2 0 0 1-5.2 5.2H5a2 2 0 0 1-2-2V8.2A5.2 5.2 0 0 1 8.2 3Z';
export const TERMS = `${SHAPE}M7 8.6h6M7 11.4h6`;
export const DOWN = 'm5 7.5 5 5 5-5';
export const BACK = 'M16 10H4m5-5-5 5 5 5';
export const WRONG = 'M3 10a7 7 0 1 0 14 0 7 7 0 1 0-14 0M10 6.5v4.2m0 2.7v.1';
