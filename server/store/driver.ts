import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';

/** What a connection must do for the store: nothing here streams, and nothing leaves a transaction to Kysely. */
export interface Connection {
  execute(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>>;
  release(): void;
}

class PlainConnection implements DatabaseConnection {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.connection.execute(query.sql, query.parameters) as Promise<QueryResult<Row>>;
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error('the store does not stream');
  }
}

/** A Kysely driver over connections that an opener gives out; the commit queue alone begins and ends transactions. */
export function createDriver(acquire: () => Promise<Connection>, destroy: () => Promise<void>): Driver {
  const refuse = async (): Promise<void> => {
    throw new Error('transactions go through the commit queue');
  };
  return {
    init: async () => undefined,
    acquireConnection: async () => new PlainConnection(await acquire()),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async (connection) => (connection as PlainConnection).connection.release(),
    destroy,
  };
}
