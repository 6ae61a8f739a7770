import type { Db } from '#app/db/client.server.ts';
import type { EndpointKind } from '#app/vendors/match-endpoint.ts';

export interface NamedGroup {
  id: string;
  count: number;
}

/** Waiting reports that name one of these endpoints as their receiver: a decision about each group settles them. */
export async function groupsNaming(
  db: Db,
  endpoints: readonly { kind: EndpointKind; value: string }[],
): Promise<NamedGroup[]> {
  if (endpoints.length === 0) return [];
  const parts = endpoints.map((endpoint) => JSON.stringify(keyPartOf(endpoint)));
  return db.$queryRaw<NamedGroup[]>`
    select group_id as id, count(*)::int as count from waiting_record
     where group_kind in ('recipientUnknown', 'recipientAmbiguous') and group_key @> any (${parts}::text[]::jsonb[])
     group by group_id order by min(received_at) limit 20`;
}

function keyPartOf({ kind, value }: { kind: EndpointKind; value: string }) {
  switch (kind) {
    case 'aeTitle':
      return { aeTitles: [value] };
    case 'host':
      return { host: value };
    case 'ipCidr':
      return { ip: value.replace(/\/(?:32|128)$/, '') };
    case 'uriPrefix':
      return { uri: value };
    case 'login':
      return { login: value };
  }
}
