export interface Mutation {
  promise: string;
  kept: string;
  file: string;
  find: string;
  replace: string;
  also?: { find: string; replace: string };
  project: 'unit' | 'component' | 'integration' | 'e2e' | 'faults';
  test: string;
  name: string;
  run?: string;
}

export const MUTATIONS: Mutation[];
