import { Prisma } from '#app/db/client.server.ts';

/** The record that stands for one: itself, or what it was merged into; null in a ring that should not be. */
const survivorOf = (id: Prisma.Sql) => Prisma.sql`(with recursive up (id, above) as (
    select one.id, one.merged_into_id from patient one where one.id = ${id}
    union
    select higher.id, higher.merged_into_id from patient higher join up on higher.id = up.above
  ) select up.id from up where up.above is null)`;

/**
 * The askings by which the row `o` of `opt_out` may end, as `ask`: those of people whose record is joined with its own, as `askThatCounts`
 * says it.
 */
export const countedAsks = Prisma.sql`from opt_out_ask ask where ask.opt_out_id = o.id
  and (ask.patient_id = o.patient_id or ${survivorOf(Prisma.sql`ask.patient_id`)} = ${survivorOf(Prisma.sql`o.patient_id`)})`;

/** The instant from which the row `o` counts no more: a "no" ends only once its patient was asked about it. */
export const ownEnd = Prisma.sql`case o.act when 'denied' then (select min(ask.ends_at) ${countedAsks}) else o.expires_at end`;
