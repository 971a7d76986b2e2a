import type { Abilities } from '../abilities.ts';
import { type Backend, type Execute, raw } from '../backend.ts';
import { NewerSchema } from '../store.ts';
import { MIGRATIONS, type Migration } from './index.ts';

/**
 * Brings the schema up to the newest version in one transaction: all pending migrations, or none.
 * @throws NewerSchema when the database was written by a newer program; nothing is changed then.
 */
export async function migrate(backend: Backend, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const { abilities } = backend;
  const connection = await backend.connect();
  const { execute } = connection;
  try {
    await execute(raw(abilities.begin.one));
    if (abilities.lockSchema) await execute(raw(abilities.lockSchema));
    await execute(raw(versionTable(abilities)));
    const current = await schemaVersion(execute);
    const known = migrations.at(-1)?.version ?? 0;
    if (current > known) {
      throw new NewerSchema(`The database has schema ${current}, this program knows ${known}: start the newer program.`);
    }
    for (const { version, name, statements } of migrations.filter((one) => one.version > current)) {
      for (const statement of statements(abilities)) await execute(raw(statement));
      const row = { version, name, applied_at: Date.now() };
      await execute(backend.compiler.insertInto('schema_version').values(row).compile());
    }
    await execute(raw('commit'));
  } catch (error) {
    await execute(raw('rollback')).catch(() => undefined);
    throw error;
  } finally {
    connection.release();
  }
}

export async function schemaVersion(execute: Execute): Promise<number> {
  const { rows } = await execute(raw('select coalesce(max(version), 0) as version from schema_version'));
  return Number(rows[0]?.version ?? 0);
}

function versionTable({ textType, integerType, tableSuffix }: Abilities): string {
  const columns = `version ${integerType} primary key, name ${textType} not null, applied_at ${integerType} not null`;
  return `create table if not exists schema_version (${columns})${tableSuffix ? ` ${tableSuffix}` : ''}`;
}
