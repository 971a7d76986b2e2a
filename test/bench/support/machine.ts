import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  date: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** Empty where no browser took part. */
  chromium: string;
  /** The load average before the run: above 0 the times are of a machine that had other work. */
  load: number;
}

export function thisMachine(chromium = ''): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    node: process.version.slice(1),
    chromium,
    load: loadNow(),
  };
}

/** The load average of the last minute. In a run about one is the run's own. */
export function loadNow(): number {
  return loadavg()[0] ?? Number.NaN;
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
