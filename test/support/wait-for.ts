export interface WaitOptions {
  timeoutMs?: number;
}

/**
 * Resolves with what the condition gives as soon as that is truthy. Tests wait for conditions, never for durations;
 * the time limit only says when to give up, and the error then says what did not come.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  what: string,
  { timeoutMs = 10_000 }: WaitOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const giveUpAt = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      last = await condition();
      if (last) return last as Exclude<T, false | null | undefined | 0 | ''>;
    } catch (error) {
      last = error;
    }
    if (performance.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${describe(last)}`);
    await nextTurn();
  }
}

/** Lets everything run that is ready to run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.message;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
