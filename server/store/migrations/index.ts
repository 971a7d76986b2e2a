import type { Abilities } from '../abilities.ts';
import { init } from './0001-init.ts';

export interface Migration {
  version: number;
  name: string;
  statements(abilities: Abilities): string[];
}

/** In order, forward only. What was released is never edited: the next change is the next entry. */
export const MIGRATIONS: readonly Migration[] = [{ version: 1, name: 'init', statements: init }];
