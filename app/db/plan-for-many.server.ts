import { Prisma } from './client.server.ts';

/**
 * Beside another expression of a SELECT, for the rest of the transaction: no plan reads a whole table where an index leads to the rows. A
 * session keeps the plan by which it looks up what a foreign key names, and one that was made while that table was nearly empty reads all of it
 * for each new row: of a new installation's first hundred thousand reports every one would cost more than the one before, until PostgreSQL
 * counts the table again.
 */
export const planForMany = Prisma.sql`set_config('enable_seqscan', 'off', true)`;
