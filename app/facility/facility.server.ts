import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { othersCalendars, type CalendarOwner } from './calendars.ts';
import { addVersion, lockSetting, newestVersionId, sameValue, type SettingSet } from './settings.server.ts';

export interface FacilityRecord {
  name: string;
  issuer: string;
  timeZone: string;
  phone: string;
  email: string;
  address: string;
}

/** The facility this installation serves. @throws when the installation has none: it was never set up */
export async function theFacility(db: Db | Tx): Promise<FacilityRecord> {
  return db.facility.findFirstOrThrow({
    where: { id: 1 },
    select: { name: true, issuer: true, timeZone: true, phone: true, email: true, address: true },
  });
}

/**
 * Holidays between two dates, as `YYYY-MM-DD`, of the calendars that clocks of an owner count. In a transaction nobody changes
 * the holidays until it ends, so that no clock is counted with those of before after the open requests were counted anew.
 * @param owner whose clocks are counted with them; null: all there are
 */
export async function holidaysBetween(
  db: Db | Tx,
  { from, to, owner }: { from: Date; to: Date; owner: CalendarOwner | null },
): Promise<string[]> {
  await db.$executeRaw`select pg_advisory_xact_lock_shared(hashtext('holidays'))`;
  const rows = await db.holiday.findMany({
    where: {
      onDate: { gte: from, lte: to },
      ...(owner === null ? {} : { calendar: { notIn: othersCalendars(owner) } }),
    },
    orderBy: { onDate: 'asc' },
    distinct: ['onDate'],
    select: { onDate: true },
  });
  return rows.map(({ onDate }) => onDate.toISOString().slice(0, 10));
}

export interface FacilitySettings extends FacilityRecord {
  jurisdiction: string;
}

/** Every setting of the facility; null before it is set up. */
export async function facilitySettings(db: Db | Tx): Promise<FacilitySettings | null> {
  return db.facility.findUnique({
    where: { id: 1 },
    select: {
      name: true,
      issuer: true,
      timeZone: true,
      jurisdiction: true,
      phone: true,
      email: true,
      address: true,
    },
  });
}

/** Writes the facility's settings, whole, with their version and the audit event. */
export async function changeFacility(
  tx: Tx,
  { settings, actor, at }: { settings: FacilitySettings; actor: Actor; at: Date },
): Promise<void> {
  await lockSetting(tx, 'facility');
  const before = await facilitySettings(tx);
  await tx.facility.upsert({
    where: { id: 1 },
    create: { id: 1, ...settings },
    update: settings,
    select: { id: true },
  });
  // Reports that refer to a patient by a number alone mean one of the facility's own.
  if (before && before.issuer !== settings.issuer)
    await enqueue(
      tx,
      'settle-waiting',
      { ownIssuer: 'changed', ...(actor.kind === 'person' ? { byId: actor.id } : {}) },
      'settle-waiting:own-issuer',
    );
  await addVersion(tx, {
    name: 'facility',
    value: { ...settings },
    ...(before ? { first: { ...before } } : {}),
    actor,
    at,
  });
  await appendEvent(tx, {
    type: 'facility.changed',
    actor,
    at,
    subject: { kind: 'facility', id: '1' },
    ...(before ? { before: { ...before } } : {}),
    after: { ...settings },
    visibleToPatient: false,
  });
}

/**
 * The same for a page. Refused when somebody else changed it since the form was shown.
 * @param change.expected the version that the form was shown with
 */
export function saveFacility(
  world: World,
  {
    settings,
    expected,
    actor,
  }: { settings: Omit<FacilitySettings, 'issuer'>; expected: string | null; actor: Actor },
): Promise<SettingSet> {
  return inTransaction(world.db, async (tx) => {
    await lockSetting(tx, 'facility');
    const before = await facilitySettings(tx);
    if (!before || (await newestVersionId(tx, 'facility')) !== expected)
      return { ok: false, refusal: 'changedMeanwhile' };
    const after = { ...before, ...settings };
    if (sameValue(before, after)) return { ok: false, refusal: 'nothingChanged' };
    await changeFacility(tx, { settings: after, actor, at: world.clock() });
    return { ok: true };
  });
}
