import type { Plugin } from 'vite';

export const slim: Plugin;
