#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { resetLinkCommand } from './cli/reset-password.ts';
import { startCommand } from './cli/start.ts';
import { verifyCommand } from './cli/verify.ts';
import { ConfigError, readConfig } from './config.ts';

const USAGE = `parley start                    run the relay
parley verify                   check every site's consent ledger, entry by entry
parley reset-password EMAIL     print a one-time link to set a new password`;

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: true });
  const [command = 'start', argument] = positionals;
  const config = readConfig(process.env);
  if (command === 'start') return startCommand(config);
  if (command === 'verify') return verifyCommand(config);
  if (command === 'reset-password' && argument) return resetLinkCommand(config, argument);
  console.error(USAGE);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  // One clear line for what a person can mend; the stack only for what is our own defect.
  const known = error instanceof ConfigError || (error instanceof Error && KNOWN(error));
  console.error(known ? `Parley cannot start. ${(error as Error).message}` : error);
  process.exitCode = 1;
}

function KNOWN(error: Error): boolean {
  return (
    ['StoreUnavailable', 'NewerSchema', 'MasterKeyError', 'StoreLocked'].includes(error.name) ||
    'code' in error ||
    error.stack === undefined
  );
}
