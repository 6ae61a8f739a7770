import type { Pool } from 'pg';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { callsAMinute } from './machine-keys.ts';
import { networkOf } from './networks.ts';

const minutes = 60_000;
const hours = 60 * minutes;

/**
 * What is counted, and how much of it one network address may do in a quarter of an hour. Clinics and families share addresses, so
 * these are well above what people do; the key (an account, an address of mail, an invitation) is what really holds.
 */
const perAddress = {
  signIn: 100,
  passkey: 300,
  confirm: 200,
  mailCode: 60,
  invitation: 30,
  signUp: 30,
  recover: 30,
  machineKey: 300,
  calendar: 60,
  vendorPage: 60,
  deadlines: 600,
  fhirMetadata: 600,
} as const;
export type LimitedKind = keyof typeof perAddress;
const addressWindow = 15 * minutes;
/** Five times what one network gets, so that one alone shuts nobody out. */
const lettersADay = 50;

// NIST SP 800-63B-4 §3.2.2: no more than 100 failures in a row. Ten are free, each further one waits twice as long as the one before.
const freeRefusals = 10;
const firstWait = 15 * minutes;
const longestWait = 24 * hours;
const mostRefusals = 100;
const never = Date.UTC(9999, 0);
/** An open door is noted as open since then: to a process whose clock is a little behind, it is not shut. */
const clocksDiffer = minutes;

export interface Limited {
  kind: LimitedKind;
  /** Whom it is about: hashed before it is stored. */
  key: string;
  /** Network address of the browser. */
  address: string;
}

export interface Attempt {
  /** Seconds until the next try; 0 when this one may go ahead. */
  wait: number;
  /** Tries of this key that were not found right so far, this one included. */
  refusals: number;
  /** Until when this try shut the door behind it, in milliseconds since 1970; 0 for one that was not counted. */
  shutUntil: number;
}

/**
 * Counts a try before it is judged, in one statement, so that parallel guesses are all counted and none is judged while the door is
 * shut. When it turns out right, call `forget` (the whole thing succeeded) or `giveBack` (this step did); a wrong one stays counted.
 */
export async function attempt(world: World, limited: Limited): Promise<Attempt> {
  const now = world.clock().getTime();
  const addressWait = await countAddress(world.db, limited, now);
  if (addressWait > 0) return { wait: seconds(addressWait), refusals: 0, shutUntil: 0 };
  const key = keyOf(limited);
  const counted = await world.db.$queryRaw<{ points: number; expire: bigint }[]>`
    insert into rate_limit as held (key, points, expire) values (${key}, 1, ${now - clocksDiffer})
    on conflict (key) do update set
      points = held.points + 1,
      expire = case
        when held.points + 1 >= ${mostRefusals} then ${never}::bigint
        when held.points + 1 >= ${freeRefusals} then ${now}::bigint
          + least(${longestWait}::numeric, ${firstWait}::numeric * power(2::numeric, held.points + 1 - ${freeRefusals}))::bigint
        else ${now - clocksDiffer}::bigint
      end
    where held.expire <= ${now}
    returning points, expire`;
  const [row] = counted;
  if (row) return { wait: 0, refusals: row.points, shutUntil: Number(row.expire) };
  // At least a little: the door may have opened between the two questions, and this try was not counted.
  const left = Math.max(1, (await endOf(world.db, key)) - now);
  return { wait: seconds(left), refusals: freeRefusals, shutUntil: 0 };
}

/**
 * Counts a try from a network address alone, where there is nobody yet whom it is about: a challenge, a passkey.
 * @returns seconds to wait; 0 when it may go ahead
 */
export async function attemptFrom(world: World, limited: Omit<Limited, 'key'>): Promise<number> {
  return seconds(await countAddress(world.db, limited, world.clock().getTime()));
}

/**
 * Counts calls of programs' keys, those that came together in one statement; of those of one key as many go ahead as are left of its minute,
 * the first ones first. @returns for each, in order, the seconds to wait; 0 when it may go ahead
 */
export async function countCalls(pool: Pool, calls: { keyId: string; now: Date }[]): Promise<number[]> {
  const byKey = new Map<string, { calls: number; now: number }>();
  for (const { keyId, now } of calls)
    byKey.set(keyId, { calls: (byKey.get(keyId)?.calls ?? 0) + 1, now: now.getTime() });
  // In one order of keys, so that two processes never wait for each other in a ring.
  const keyIds = [...byKey.keys()].sort();
  const { rows } = await pool.query<{ key: string; points: number; expire: string }>({
    name: 'count-calls',
    text: `
      insert into rate_limit as held (key, points, expire)
      select 'call:' || id, calls, now + ${minutes} from unnest($1::text[], $2::int[], $3::bigint[]) as call (id, calls, now),
             set_config('synchronous_commit', 'off', true) as told
      on conflict (key) do update set
        points = least(case when held.expire <= excluded.expire - ${minutes} then 0 else held.points end + excluded.points, 1000000),
        expire = case when held.expire <= excluded.expire - ${minutes} then excluded.expire else held.expire end
      returning key, points, expire`,
    values: [keyIds, keyIds.map((id) => byKey.get(id)?.calls), keyIds.map((id) => byKey.get(id)?.now)],
  });
  const left = new Map(
    rows.map(({ key, points, expire }) => {
      const id = key.slice('call:'.length);
      const of = byKey.get(id);
      const went = Math.max(0, callsAMinute - (points - (of?.calls ?? 0)));
      return [id, { went, wait: Math.max(1, seconds(Number(expire) - (of?.now ?? 0))) }];
    }),
  );
  return calls.map(({ keyId }) => {
    const of = left.get(keyId);
    if (!of) return 1;
    return of.went-- > 0 ? 0 : of.wait;
  });
}

/**
 * Counts a letter to an address of mail that browsers nobody knows asked for, from however many networks.
 * @returns seconds to wait; 0 when it may go ahead
 */
export async function countLetter(world: World, limited: Omit<Limited, 'address'>): Promise<number> {
  const limit = { most: lettersADay, window: 24 * hours };
  return seconds(await countIn(world.db, dayKeyOf(limited), limit, world.clock().getTime()));
}

/** How many refusals shut a door. */
export function shutsTheDoor({ refusals }: Attempt): boolean {
  return refusals >= freeRefusals;
}

/**
 * Takes one try back, and the wait that it began: it was right, but not yet the whole thing. A door that another try shut meanwhile stays
 * shut: else whoever knows the password would open it, between two guesses of the code.
 */
export async function giveBack(world: World, limited: Limited, { shutUntil }: Attempt): Promise<void> {
  const now = world.clock().getTime();
  await world.db.$executeRaw`
    update rate_limit set points = points - 1, expire = case when expire = ${shutUntil} then ${now - clocksDiffer} else expire end
    where key = ${keyOf(limited)} and points > 0`;
  await giveAddressBack(world, limited);
}

/** Forgets what was counted for a key: the whole thing succeeded. */
export async function forget(world: World, limited: Limited): Promise<void> {
  await forgetKey(world.db, limited);
  await giveAddressBack(world, limited);
}

/** The same without taking a try of the address back. */
export async function forgetKey(db: Db | Tx, limited: Omit<Limited, 'address'>): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: keyOf(limited) } });
}

/** Forgets the letters of a day to an address of mail. */
export async function forgetLetters(db: Db | Tx, limited: Omit<Limited, 'address'>): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: dayKeyOf(limited) } });
}

/**
 * Removes what no longer counts: windows that are over, and refusals that rested for a month of what ends by itself (mailed codes,
 * invitations and their sheets). Those of passwords and factors stay until the right one comes: failures "in a row" have no end by
 * time. Whether a key is anybody's account is not asked, else a door that is open again would tell.
 */
export function sweepLimits(db: Db, now: Date): Promise<number> {
  const at = now.getTime();
  return db.$executeRaw`
    delete from rate_limit
    where (key similar to '(address|call|day):%' and expire <= ${at})
       or (key similar to '(mailCode|invitation|signUp|vendorPage):%' and expire <= ${at - 30 * 24 * hours})`;
}

function countAddress(db: Db, limited: Omit<Limited, 'key'>, now: number): Promise<number> {
  return countIn(db, addressKeyOf(limited), { most: perAddress[limited.kind], window: addressWindow }, now);
}

/**
 * Counts in a window that begins with the first and ends by itself. The commit waits for no disk: those who count at the same key would
 * wait for each other there, and what a crash of PostgreSQL loses is the last moment's count.
 * @returns milliseconds to wait; 0 when it may go ahead
 */
async function countIn(
  db: Db,
  key: string,
  { most, window }: { most: number; window: number },
  now: number,
): Promise<number> {
  const counted = await db.$queryRaw<{ points: number }[]>`
    insert into rate_limit as held (key, points, expire)
    select ${key}, 1, ${now + window}::bigint from set_config('synchronous_commit', 'off', true)
    on conflict (key) do update set
      points = case when held.expire <= ${now} then 1 else held.points + 1 end,
      expire = case when held.expire <= ${now} then excluded.expire else held.expire end
    where held.expire <= ${now} or held.points < ${most}
    returning points`;
  // At least a little: the window may have ended between the two questions.
  return counted.length > 0 ? 0 : Math.max(1, (await endOf(db, key)) - now);
}

/** Takes one try of an address back. */
export async function giveAddressBack(world: World, limited: Omit<Limited, 'key'>): Promise<void> {
  await world.db.rateLimit.updateMany({
    where: { key: addressKeyOf(limited), points: { gt: 0 } },
    data: { points: { decrement: 1 } },
  });
}

async function endOf(db: Db, key: string): Promise<number> {
  const row = await db.rateLimit.findUnique({ where: { key }, select: { expire: true } });
  return Number(row?.expire ?? 0n);
}

/** Of a wait in milliseconds; a door that only a sign-in by other means opens is told as a day. */
function seconds(milliseconds: number): number {
  return Math.max(0, Math.ceil(Math.min(milliseconds, longestWait) / 1_000));
}

function keyOf({ kind, key }: Omit<Limited, 'address'>): string {
  return `${kind}:${sha256Hex(key)}`;
}

function dayKeyOf(limited: Omit<Limited, 'address'>): string {
  return `day:${keyOf(limited)}`;
}

function addressKeyOf({ kind, address }: Omit<Limited, 'key'>): string {
  return `address:${kind}:${sha256Hex(networkOf(address))}`;
}
