#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { readConfig } from './config.ts';

const USAGE = `parley start                    run the relay
parley doctor                   look at keys, heads, notices and settings, and name what is wrong
parley verify [--heads FILE]    check every consent ledger and the audit, entry by entry, also against heads kept elsewhere
parley proof CONVERSATION       print all that proves what was agreed in a conversation
parley export CONVERSATION FILE write everything about a conversation's visitor into a new ZIP
parley verify-receipt FILE      check a receipt by the store's keys, or offline with --keys FILE; a proof brings its keys along
parley erase CONVERSATION       forget its visitor for good and print the certificate; with --dry-run only count what would go
parley backup FOLDER            copy everything there while the relay runs, and take away what is too old:
                                --keep-keys P7D --keep-data P35D, if not said otherwise; --prune: make none, only take away
parley restore FOLDER           put the newest backup of a folder (or FOLDER/NAME.manifest.json) into an empty database;
                                --erasures FILE does again what was erased since; --no-erasures: there is no log any more;
                                --incomplete: the log is not whole; --without-keys: leave the keys out
parley rotate-master-key        wrap every key under a new master key and destroy the old one; --lost: it is gone already
parley papers FOLDER            write the records and templates that the law asks for, made from this relay, into a folder
parley breach --since T --until T [--site SITE] [--detected T] [--ids FILE]
                                put a breach into the register and print its report; --ids also lists the conversations
parley breaches                 print the register of breaches
parley close-site SITE FOLDER   write all of a site's data into a folder; with --delete SITE then erase it and end its service
parley retention                let go of what has been kept long enough, now; with --dry-run only count it
parley access-log               print time and address of each access, where a law makes this relay keep them
parley rotate-key               sign with a new key from now on; the old ones stay published
parley invite EMAIL ROLE        make an account (owner, privacy, agent) and print its one-time link, or change its role
parley reset-password EMAIL     print a one-time link to set a new password
parley snippet SITE             print the script tags for a site
parley help                     print this`;

/** How many arguments each command takes. */
const COMMANDS: Record<string, number> = {
  start: 0,
  doctor: 0,
  verify: 0,
  proof: 1,
  export: 2,
  'verify-receipt': 1,
  erase: 1,
  backup: 1,
  restore: 1,
  'rotate-master-key': 0,
  papers: 1,
  breach: 0,
  breaches: 0,
  'close-site': 2,
  retention: 0,
  'access-log': 0,
  'rotate-key': 0,
  invite: 2,
  'reset-password': 1,
  snippet: 1,
  help: 0,
};

interface Asked {
  command: string;
  argument: string;
  /** A file that the command reads or makes beside its argument. */
  file: string | null;
  /** Only what would be done is told. */
  isDry: boolean;
  /** Further options of a command, by their names; those without a value are 'yes'. */
  more: Record<string, string>;
}

/** Which option names that file, for the commands that take one. */
const FILE_OPTION: Record<string, 'heads' | 'keys'> = { verify: 'heads', 'verify-receipt': 'keys' };

/** Further options, for the commands that take some. */
const MORE_OPTIONS: Record<string, readonly string[]> = {
  breach: ['since', 'until', 'site', 'detected', 'ids'],
  'close-site': ['delete'],
  backup: ['keep-keys', 'keep-data', 'prune'],
  restore: ['erasures', 'no-erasures', 'incomplete', 'without-keys'],
  'rotate-master-key': ['lost'],
};

/** What the command line asks for; null when it is none of ours. A word that is not known never starts anything. */
function asked(): Asked | null {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      'dry-run': { type: 'boolean' },
      heads: { type: 'string' },
      keys: { type: 'string' },
      'keep-keys': { type: 'string' },
      'keep-data': { type: 'string' },
      prune: { type: 'boolean' },
      erasures: { type: 'string' },
      'no-erasures': { type: 'boolean' },
      incomplete: { type: 'boolean' },
      'without-keys': { type: 'boolean' },
      lost: { type: 'boolean' },
      since: { type: 'string' },
      until: { type: 'string' },
      site: { type: 'string' },
      detected: { type: 'string' },
      ids: { type: 'string' },
      delete: { type: 'string' },
    } as const;
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const { help, 'dry-run': isDry = false, heads, keys, ...further } = values;
    const more = Object.fromEntries(
      Object.entries(further).map(([name, value]) => [name, value === true ? 'yes' : String(value)]),
    );
    const files = { ...(heads !== undefined && { heads }), ...(keys !== undefined && { keys }) };
    const [command = 'start', ...words] = help ? ['help'] : positionals;
    const [argument = '', made = null] = words;
    const fits = Object.hasOwn(COMMANDS, command) && COMMANDS[command] === words.length && words.every((word) => word !== '');
    const [[option, file] = [null, null], ...others] = Object.entries(files);
    const takes = option === null || (Object.hasOwn(FILE_OPTION, command) && FILE_OPTION[command] === option);
    const mayBeDry = !isDry || command === 'erase' || command === 'retention';
    const known = Object.hasOwn(MORE_OPTIONS, command) ? MORE_OPTIONS[command] : [];
    const takesMore = Object.keys(more).every((name) => known?.includes(name));
    return fits && takes && takesMore && mayBeDry && others.length === 0
      ? { command, argument, file: file ?? made, isDry, more }
      : null;
  } catch {
    return null;
  }
}

async function main({ command, argument, file, isDry, more }: Asked): Promise<number> {
  if (command === 'help') {
    console.log(USAGE);
    return 0;
  }
  const config = readConfig(process.env);
  // Each command loads what it needs alone: most need no web server.
  if (command === 'doctor') return (await import('./cli/doctor.ts')).doctorCommand(config);
  if (command === 'verify') return (await import('./cli/verify.ts')).verifyCommand(config, file);
  if (command === 'proof') return (await import('./cli/proof.ts')).proofCommand(config, argument);
  if (command === 'export') return (await import('./cli/export.ts')).exportCommand(config, argument, file ?? '');
  if (command === 'verify-receipt') return (await import('./cli/verify-receipt.ts')).verifyReceiptCommand(config, argument, file);
  if (command === 'erase') return (await import('./cli/erase.ts')).eraseCommand(config, argument, isDry);
  if (command === 'backup') {
    const { 'keep-keys': keys, 'keep-data': data, prune } = more;
    const keep = { ...(keys !== undefined && { keys }), ...(data !== undefined && { data }) };
    const { backupCommand, pruneCommand } = await import('./cli/backup.ts');
    return prune === undefined ? backupCommand(config, argument, keep) : pruneCommand(argument, keep);
  }
  if (command === 'restore') {
    const { erasures, 'no-erasures': noErasures, incomplete, 'without-keys': withoutKeys } = more;
    const isAsked = (option?: string): boolean => option !== undefined;
    return (await import('./cli/restore.ts')).restoreCommand(config, argument, {
      erasures,
      noErasures: isAsked(noErasures),
      incomplete: isAsked(incomplete),
      withoutKeys: isAsked(withoutKeys),
    });
  }
  if (command === 'rotate-master-key')
    return (await import('./cli/rotate-master-key.ts')).rotateMasterKeyCommand(config, more.lost !== undefined);
  if (command === 'access-log') return (await import('./cli/access-log.ts')).accessLogCommand(config);
  if (command === 'papers') return (await import('./cli/papers.ts')).papersCommand(config, argument);
  if (command === 'breach') return (await import('./cli/breach.ts')).breachCommand(config, more);
  if (command === 'breaches') return (await import('./cli/breach.ts')).breachesCommand(config);
  if (command === 'close-site')
    return (await import('./cli/close-site.ts')).closeSiteCommand(config, argument, file ?? '', more.delete ?? null);
  if (command === 'retention') return (await import('./cli/retention.ts')).retentionCommand(config, isDry);
  if (command === 'rotate-key') return (await import('./cli/rotate-key.ts')).rotateKeyCommand(config);
  if (command === 'invite') return (await import('./cli/invite.ts')).inviteCommand(config, argument, file ?? '');
  if (command === 'reset-password') return (await import('./cli/reset-password.ts')).resetLinkCommand(config, argument);
  if (command === 'snippet') return (await import('./cli/snippet.ts')).snippetCommand(config, argument);
  return (await import('./cli/start.ts')).startCommand(config);
}

/** What an operator can mend: these say in one line how. Everything else is a defect of ours and shows its stack. */
const MENDABLE = [
  'ConfigError',
  'CannotOpen',
  'NewerSchema',
  'BadMasterKey',
  'NotBuilt',
  'CannotListen',
  'NoHead',
  'NotReplayed',
  'BrokenBackup',
];

function oneLine(error: unknown, command: string): string | null {
  if (!(error instanceof Error)) return null;
  const what = command === 'start' ? 'Parley cannot start.' : `parley ${command} cannot be done.`;
  if (MENDABLE.includes(error.name)) return `${what} ${error.message}`;
  // In the database's own words: the disk is full, the server has gone, another process keeps the file.
  return error.name === 'StoreUnavailable' ? `${what} The database takes nothing now: ${error.message}.` : null;
}

const order = asked();
if (order === null) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await main(order);
  } catch (error) {
    console.error(oneLine(error, order.command) ?? error);
    process.exitCode = 1;
  }
}
