import { PrismaPg } from '@prisma/adapter-pg';
import { withTexts } from './long-texts.server.ts';

/**
 * PostgreSQL's adapter, with the queries of one transaction in turn: they share one connection, which takes one query at a time. Prisma
 * itself asks for several relations of a row at once, and pg warns that it will refuse that.
 */
export class PgInTurn extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => {
      const transaction = await begin(isolationLevel);
      const inTurn = taker();
      const queryRaw = transaction.queryRaw.bind(transaction);
      const executeRaw = transaction.executeRaw.bind(transaction);
      const whole = <Query extends { args: unknown[] }>(query: Query) => ({
        ...query,
        args: withTexts(query.args),
      });
      transaction.queryRaw = (query) => inTurn(() => queryRaw(whole(query)));
      transaction.executeRaw = (query) => inTurn(() => executeRaw(whole(query)));
      return transaction;
    };
    return adapter;
  }
}

/** Runs what it gets one after the other, in the order in which it came. */
function taker() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}
