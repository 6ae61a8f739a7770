import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { oneFor, together } from '#app/db/together.server.ts';
import type { Database } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { countCalls } from './limits.server.ts';
import type { MachineClientIdentity } from './machine-clients.server.ts';
import { keyWorks } from './machine-keys.ts';
import { findTokenHolder, isToken, signingKeyWorks } from './machine-tokens.server.ts';
import { isInNetworks } from './networks.ts';

export type Admitted = MachineClientIdentity & { keyId: string };

interface Knock {
  keyHash: string;
  address: string;
  now: Date;
}

interface KeyRow {
  keyHash: string;
  keyId: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  id: string;
  name: string;
  scopes: string[];
  vendorId: string | null;
  networks: string[];
  sources: string[];
  clientRevokedAt: Date | null;
}

/**
 * Who holds this key or token, and how long they have to wait; null for a key that is unknown, revoked, past its end, or used from a network that it
 * is not for. A call of a key that works is counted. Calls that come together are looked up in one query: every call of every program goes
 * through here.
 */
export function admit(
  world: World,
  key: string,
  address: string,
): Promise<{ client: Admitted; wait: number } | null> {
  if (isToken(key)) return admitToken(world, key, address);
  return doorOf(world.database)({ keyHash: sha256Hex(key), address, now: world.clock() });
}

/** The same for a token of SMART Backend Services, which few calls come with. */
async function admitToken(world: World, token: string, address: string) {
  const client = await findTokenHolder(world.db, token, world.clock());
  if (!client || (client.networks.length > 0 && !isInNetworks(address, client.networks))) return null;
  const calls = [{ keyId: client.keyId, now: world.clock() }];
  const [wait = 0] = await countCalls(world.database.pool, calls);
  return { client, wait };
}

/** Whether a program is in use still, with the key it began with: asked again by what takes long. */
export async function isStillAdmitted(world: World, { keyId, id, granted }: Admitted): Promise<boolean> {
  if (granted) return signingKeyWorks(world.db, { keyId, clientId: id }, world.clock());
  const { rows } = await world.database.pool.query<KeyRow>(`${keysBy} k.id = $1::uuid and c.id = $2::uuid`, [
    keyId,
    id,
  ]);
  return rows.some((row) => worksAt(row, world.clock()));
}

const keysBy = `
  select k.key_hash as "keyHash", k.id as "keyId", k.created_at as "createdAt", k.expires_at as "expiresAt", k.revoked_at as "revokedAt",
         k.last_used_at as "lastUsedAt", c.id, c.name, c.scopes, c.vendor_id as "vendorId", c.networks, c.sources, c.revoked_at as "clientRevokedAt"
    from machine_key k join machine_client c on c.id = k.client_id where`;

const doorOf = oneFor((database: Database) => together((knocks: Knock[]) => admitTogether(database, knocks)));

async function admitTogether({ pool }: Database, knocks: Knock[]) {
  const { rows } = await pool.query<KeyRow>({
    name: 'keys-of-calls',
    text: `${keysBy} k.key_hash = any($1::text[])`,
    values: [[...new Set(knocks.map(({ keyHash }) => keyHash))]],
  });
  const byHash = new Map(rows.map((row) => [row.keyHash, row]));
  const found = knocks.map(({ keyHash, address, now }) => {
    const row = byHash.get(keyHash);
    if (!row || !worksAt(row, now)) return null;
    return row.networks.length === 0 || isInNetworks(address, row.networks) ? { row, now } : null;
  });
  const counted = found.filter((one) => one !== null);
  if (counted.length === 0) return knocks.map(() => null);
  const waits = await countCalls(
    pool,
    counted.map(({ row, now }) => ({ keyId: row.keyId, now })),
  );
  const stale = new Map(
    counted
      .filter(({ row, now }) => !row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > 60_000)
      .map(({ row, now }) => [row.keyId, now]),
  );
  if (stale.size > 0)
    await pool.query(
      `update machine_key k set last_used_at = used.at
         from (select * from unnest($1::uuid[], $2::timestamptz[]) as used (id, at) order by id) used where k.id = used.id`,
      [[...stale.keys()], [...stale.values()]],
    );
  let place = 0;
  return found.map((one) => {
    if (!one) return null;
    const { keyId, id, name, scopes, vendorId, networks, sources } = one.row;
    const client = { keyId, id, name, scopes, vendorId, networks, sources };
    return { client, wait: waits[place++] ?? 0 };
  });
}

function worksAt(row: KeyRow, now: Date): boolean {
  return !row.clientRevokedAt && keyWorks(row, now);
}
