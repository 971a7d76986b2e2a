import type { Mutation } from './mutations.mjs';

export function promisesTable(mutations: Mutation[]): string;
