import type { Db, Tx } from '#app/db/client.server.ts';

/** Names of sources are what messages say: whoever may send could make many up. */
const mostSources = 500;

export interface ReportingSource {
  auditSourceId: string;
  firstAt: Date;
  lastAt: Date;
}

/** Every source that reported, with its first and last message. Hops from one to the next in the index: as quick for ten million messages. */
export function reportingSources(db: Db | Tx): Promise<ReportingSource[]> {
  return db.$queryRaw<ReportingSource[]>`
    with recursive source as (
      (select audit_source_id from audit_record where audit_source_id is not null order by audit_source_id limit 1)
      union all
      select (select audit_source_id from audit_record
               where audit_source_id > source.audit_source_id order by audit_source_id limit 1)
        from source where source.audit_source_id is not null
    )
    select audit_source_id as "auditSourceId",
           (select min(received_at) from audit_record r where r.audit_source_id = source.audit_source_id) as "firstAt",
           (select max(received_at) from audit_record r where r.audit_source_id = source.audit_source_id) as "lastAt"
      from source where audit_source_id is not null
     limit ${mostSources}`;
}
