import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts, AuditValue } from '#app/audit/events.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { settingDefaults, settingSchemas, type SettingName, type Settings } from './settings.ts';

/** What a version is kept of: the settings, and what has a table of its own beside its versions. */
export type VersionedName = SettingName | 'calendars' | 'facility';

const newestFirst = [{ setAt: 'desc' }, { id: 'desc' }] as const;

/** What counts now. @throws where the stored value has no known shape: a newer version of Plainview wrote it */
export async function settingNow<N extends SettingName>(db: Db | Tx, name: N): Promise<Settings[N]> {
  return (await newestSetting(db, name)).value;
}

/** The same with the id of its version: what a form says that it was shown. Null: it was never set. */
export async function newestSetting<N extends SettingName>(
  db: Db | Tx,
  name: N,
): Promise<{ versionId: string | null; value: Settings[N] }> {
  const row = await db.settingVersion.findFirst({
    where: { name },
    orderBy: [...newestFirst],
    select: { id: true, value: true },
  });
  if (!row) return { versionId: null, value: settingDefaults[name] };
  return { versionId: row.id, value: settingSchemas[name].parse(row.value) as Settings[N] };
}

/** All versions of a setting, oldest first. */
export async function settingVersions<N extends SettingName>(
  db: Db,
  name: N,
): Promise<{ value: Settings[N]; at: Date }[]> {
  const rows = await db.settingVersion.findMany({
    where: { name },
    orderBy: [{ setAt: 'asc' }, { id: 'asc' }],
    select: { value: true, setAt: true },
  });
  return rows.map(({ value, setAt }) => ({
    value: settingSchemas[name].parse(value) as Settings[N],
    at: setAt,
  }));
}

export type SettingSet = { ok: true } | { ok: false; refusal: 'changedMeanwhile' | 'nothingChanged' };

/**
 * Sets a setting: its new version and the audit event, in one transaction. Refused when somebody else set it since the form was shown.
 * @param change.expected the version that the form was shown with; null: none
 */
export function changeSetting<N extends SettingName>(
  world: World,
  { name, value, expected, actor }: { name: N; value: Settings[N]; expected: string | null; actor: Actor },
): Promise<SettingSet> {
  return inTransaction(world.db, async (tx) => {
    await lockSetting(tx, name);
    const before = await newestSetting(tx, name);
    if (before.versionId !== expected) return { ok: false, refusal: 'changedMeanwhile' };
    if (sameValue(before.value, value)) return { ok: false, refusal: 'nothingChanged' };
    await setSetting(tx, { name, before: before.value, value, actor, at: world.clock() });
    return { ok: true };
  });
}

/** Writes a version and its audit event within somebody's transaction. */
async function setSetting<N extends SettingName>(
  tx: Tx,
  setting: { name: N; before: Settings[N]; value: Settings[N]; actor: Actor; at: Date },
): Promise<void> {
  const { name, before, actor, at } = setting;
  const value = settingSchemas[name].parse(setting.value);
  await addVersion(tx, { name, value, actor, at });
  await appendEvent(tx, {
    type: 'setting.changed',
    actor,
    at,
    subject: { kind: 'setting', id: name },
    before: before,
    after: value,
    visibleToPatient: false,
  });
}

/** The version that counts now, for what has a table of its own; null: it was never changed here. */
export async function newestVersionId(db: Db | Tx, name: VersionedName): Promise<string | null> {
  const row = await db.settingVersion.findFirst({
    where: { name },
    orderBy: [...newestFirst],
    select: { id: true },
  });
  return row?.id ?? null;
}

/** Nobody else sets this until the transaction ends. */
export async function lockSetting(tx: Tx, name: VersionedName): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`setting ${name}`}))`;
}

/**
 * Adds a version. It counts from its moment, and never from before the newest one, which was perhaps set while the clock ran ahead: the order of
 * setting is the order of counting. Hold the lock. @param version.first what counted before there were versions, where no default says it: kept as the first of them
 * @returns its id
 */
export async function addVersion(
  tx: Tx,
  {
    name,
    value,
    first,
    actor,
    at,
  }: { name: VersionedName; value: AuditValue; first?: AuditValue; actor: Actor; at: Date },
): Promise<string> {
  if (first !== undefined && !(await tx.settingVersion.findFirst({ where: { name }, select: { id: true } })))
    await tx.settingVersion.create({
      data: { name, value: first as AuditFacts, setAt: new Date(0) },
      select: { id: true },
    });
  const newest = await tx.settingVersion.findFirst({
    where: { name },
    orderBy: [...newestFirst],
    select: { setAt: true },
  });
  const { id } = await tx.settingVersion.create({
    data: {
      name,
      value: value as AuditFacts,
      setAt: newest && newest.setAt >= at ? new Date(newest.setAt.getTime() + 1) : at,
      setById: actor.kind === 'person' ? actor.id : null,
    },
    select: { id: true },
  });
  return id;
}

export interface SettingChange {
  id: string;
  at: Date;
  /** Null: a command of those who run Plainview. */
  by: string | null;
  before: unknown;
  after: unknown;
}

/** Who set it, when, and from what to what, newest first. */
export async function settingChanges(db: Db, name: VersionedName, most = 10): Promise<SettingChange[]> {
  const rows = await db.settingVersion.findMany({
    where: { name },
    orderBy: [...newestFirst],
    take: most + 1,
    select: { id: true, value: true, setAt: true, setBy: { select: { displayName: true } } },
  });
  return rows.flatMap((row, at): SettingChange[] => {
    // The first of them says what was there before anybody set anything.
    if (row.setAt.getTime() === 0 || at === most) return [];
    const earlier = rows[at + 1]?.value;
    const before = earlier ?? (name in settingDefaults ? settingDefaults[name as SettingName] : null);
    return [{ id: row.id, at: row.setAt, by: row.setBy?.displayName ?? null, before, after: row.value }];
  });
}

/** The newest change of each setting that was ever changed here; of answer templates as one. */
export async function newestChanges(db: Db): Promise<Map<string, { at: Date; by: string | null }>> {
  const [versions, template] = await Promise.all([
    db.settingVersion.findMany({
      where: { setAt: { gt: new Date(0) } },
      distinct: ['name'],
      orderBy: [{ name: 'asc' }, ...newestFirst],
      select: { name: true, setAt: true, setBy: { select: { displayName: true } } },
    }),
    db.answerTemplate.findFirst({
      orderBy: { madeAt: 'desc' },
      select: { madeAt: true, madeBy: { select: { displayName: true } } },
    }),
  ]);
  const changes = new Map<string, { at: Date; by: string | null }>(
    versions.map(({ name, setAt, setBy }) => [name, { at: setAt, by: setBy?.displayName ?? null }]),
  );
  if (template) changes.set('templates', { at: template.madeAt, by: template.madeBy.displayName });
  return changes;
}

/** Whether two values are the same, whatever the order of their keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  return inOrder(a) === inOrder(b);
}

function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
