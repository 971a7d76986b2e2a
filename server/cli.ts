#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { resetLinkCommand } from './cli/reset-password.ts';
import { snippetCommand } from './cli/snippet.ts';
import { startCommand } from './cli/start.ts';
import { verifyCommand } from './cli/verify.ts';
import { readConfig } from './config.ts';

const USAGE = `parley start                    run the relay
parley verify                   check every site's consent ledger, entry by entry
parley reset-password EMAIL     print a one-time link to set a new password
parley snippet SITE             print the script tags for a site`;

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const [command = 'start', argument] = positionals;
  if (!['start', 'verify', 'reset-password', 'snippet'].includes(command)) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env);
  if (command === 'start') return startCommand(config);
  if (command === 'verify') return verifyCommand(config);
  if (command === 'reset-password' && argument) return resetLinkCommand(config, argument);
  if (command === 'snippet' && argument) return snippetCommand(config, argument);
  console.error(USAGE);
  return 2;
}

/** What an operator can mend: these say in one line how. Everything else is a defect of ours and shows its stack. */
const MENDABLE = ['ConfigError', 'CannotOpen', 'NewerSchema', 'BadMasterKey', 'NotBuilt', 'CannotListen'];

function oneLine(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (MENDABLE.includes(error.name)) return `Parley cannot start. ${error.message}`;
  // In the database's own words: the disk is full, the server has gone, another process keeps the file.
  return error.name === 'StoreUnavailable' ? `Parley cannot start. The database takes nothing now: ${error.message}.` : null;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(oneLine(error) ?? error);
  process.exitCode = 1;
}
