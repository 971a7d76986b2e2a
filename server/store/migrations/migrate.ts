import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { Abilities } from '../abilities.ts';
import { NewerSchema } from '../store.ts';
import type { Tables } from '../tables.ts';
import { MIGRATIONS, type Migration } from './index.ts';

/**
 * Brings the schema up to the newest version in one transaction: all pending migrations, or none.
 * @throws NewerSchema when the database was written by a newer program; nothing is changed then.
 */
export async function migrate(
  db: Kysely<Tables>,
  abilities: Abilities,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.connection().execute(async (connection) => {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text));
    await run(abilities.begin.one);
    try {
      if (abilities.lockSchema) await run(abilities.lockSchema);
      await run(versionTable(abilities));
      const current = await schemaVersion(connection);
      const known = migrations.at(-1)?.version ?? 0;
      if (current > known) {
        throw new NewerSchema(`The database has schema ${current}, this program knows ${known}: start the newer program.`);
      }
      for (const { version, name, statements } of migrations.filter((one) => one.version > current)) {
        for (const statement of statements(abilities)) await run(statement);
        await connection.insertInto('schema_version').values({ version, name, applied_at: Date.now() }).execute();
      }
      await run('commit');
    } catch (error) {
      await run('rollback').catch(() => undefined);
      throw error;
    }
  });
}

async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  const newest = sql<number>`coalesce(max(version), 0)`.as('version');
  const { version } = await db.selectFrom('schema_version').select(newest).executeTakeFirstOrThrow();
  return Number(version);
}

function versionTable({ textType, integerType, tableSuffix }: Abilities): string {
  const columns = `version ${integerType} primary key, name ${textType} not null, applied_at ${integerType} not null`;
  return `create table if not exists schema_version (${columns})${tableSuffix ? ` ${tableSuffix}` : ''}`;
}
