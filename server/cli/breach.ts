import { z } from 'zod';
import { breachWords } from '../../shared/i18n/breach.en.ts';
import { fill } from '../../shared/i18n/translate.ts';
import { breachPaper, whereText } from '../breaches/breach-paper.ts';
import { type BreachInput, listReached, namesFor, notesOf, recordBreach, reportOf } from '../breaches/record.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { paperMarkdown } from '../papers/paper-markdown.ts';
import { timeOf } from '../papers/said.ts';
import { writeNew } from './new-files.ts';
import { openBeside, openVault } from './open.ts';

const when = z.union([z.iso.date(), z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

type Options = Partial<Record<'since' | 'until' | 'site' | 'detected' | 'ids', string | undefined>>;

/**
 * Puts a breach into the register and prints its report as Markdown; the number of the entry goes to whoever looks on. The
 * relay may be running. 2 where it is not asked rightly, 1 where there is no such site.
 */
export async function breachCommand(config: Config, options: Options): Promise<number> {
  const input = asked(options, Date.now());
  if (typeof input === 'string') {
    console.error(input);
    return 2;
  }
  const store = await openBeside(config);
  try {
    const vault = await openVault(config, store);
    const ctx = { store, vault, clock: Date.now, config };
    const actor = { kind: 'operator' } as const;
    const row = await recordBreach(ctx, input, actor);
    console.log(paperMarkdown(breachPaper(row, await namesFor(store.read, row), notesOf(ctx, row), Date.now())));
    console.error(fill(breachWords['command.recorded'], { id: row.id }));
    if (options.ids !== undefined) {
      const lines = await listReached(ctx, row, actor);
      const file = writeNew('.', options.ids, `${lines.join('\n')}\n`);
      console.error(fill(breachWords['command.ids'], { file, count: lines.length - 1 }));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(
      error.code === 'not_found' ? fill(breachWords['command.site'], { site: input.site ?? '' }) : breachWords['command.order'],
    );
    return error.code === 'not_found' ? 1 : 2;
  } finally {
    await store.close();
  }
}

/** What is asked for, or the line that says what is missing. */
function asked(options: Options, now: number): BreachInput | string {
  const { since, until, detected, site } = options;
  if (since === undefined || until === undefined) return breachWords['command.missing'];
  for (const [name, value] of Object.entries({ since, until, detected })) {
    if (value !== undefined && !when.safeParse(value).success) return fill(breachWords['command.time'], { name });
  }
  return {
    since: Date.parse(since),
    until: Date.parse(until),
    detectedAt: detected === undefined ? now : Date.parse(detected),
    site: site ?? null,
  };
}

/** Prints the register, a line for each breach, the newest first. */
export async function breachesCommand(config: Config): Promise<number> {
  const store = await openBeside(config);
  try {
    const rows = await store.read.breaches.register();
    if (rows.length === 0) console.log(breachWords['command.none']);
    for (const row of rows) {
      const report = reportOf(row);
      const said = { id: row.id, detected: timeOf(row.detectedAt), state: breachWords[`state.${row.state}`] };
      console.log(fill(breachWords['command.line'], { ...said, persons: report.persons, where: whereText(row, report) }));
    }
    return 0;
  } finally {
    await store.close();
  }
}
