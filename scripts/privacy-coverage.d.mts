export interface Covered {
  id: string;
  asks: string;
  state: 'held' | 'tested' | 'partly' | 'open' | 'not ours';
  tests: string[];
  broken: string[];
  why: string;
}

export function coverage(): Covered[];
export function coverageTable(covered: Covered[]): string;
