import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { enqueue, inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { SourceRhythmSetting } from './source-rules.ts';
import { reportingSources } from './sources.server.ts';

export interface SourceSettings {
  auditSourceId: string;
  firstAt: Date | null;
  lastAt: Date | null;
  defaultIssuer: string | null;
  assumedTimeZone: string | null;
  /** Silence counts since it was set. */
  rhythm: (SourceRhythmSetting & { since: Date }) | null;
  /** Certificates that messages of it came with; once one is trusted, no other may speak for it. */
  certificates: { fingerprint: string; subject: string; firstSeenAt: Date; trustedAt: Date | null }[];
}

type SetForSource = Omit<SourceSettings, 'firstAt' | 'lastAt'>;

/** Every source that reported or that something is set for, by name. */
export async function sourceSettings(db: Db): Promise<SourceSettings[]> {
  const reported = new Map((await reportingSources(db)).map((one) => [one.auditSourceId, one]));
  const set = await settingsBySource(db);
  const ids = [...new Set([...reported.keys(), ...set.keys()])].sort();
  return ids.map((auditSourceId) => ({
    ...(set.get(auditSourceId) ?? nothingSet(auditSourceId)),
    firstAt: reported.get(auditSourceId)?.firstAt ?? null,
    lastAt: reported.get(auditSourceId)?.lastAt ?? null,
  }));
}

const nothingSet = (auditSourceId: string): SetForSource => ({
  auditSourceId,
  defaultIssuer: null,
  assumedTimeZone: null,
  rhythm: null,
  certificates: [],
});

/** What is set for each source that something is set for, or for one alone. */
async function settingsBySource(db: Db | Tx, only?: string): Promise<Map<string, SetForSource>> {
  const where = only === undefined ? {} : { auditSourceId: only };
  const habits = await db.auditSource.findMany({
    where,
    select: { auditSourceId: true, defaultIssuer: true, assumedTimeZone: true },
  });
  const rhythms = await db.sourceRhythm.findMany({
    where,
    select: { auditSourceId: true, everyHours: true, workFrom: true, workTo: true, since: true },
  });
  const senders = await db.sourceSender.findMany({
    where,
    orderBy: { firstSeenAt: 'asc' },
    select: { auditSourceId: true, fingerprint: true, subject: true, firstSeenAt: true, trustedAt: true },
  });
  const found = new Map<string, SetForSource>();
  const settingsOf = (auditSourceId: string) => {
    const settings = found.get(auditSourceId) ?? nothingSet(auditSourceId);
    found.set(auditSourceId, settings);
    return settings;
  };
  for (const { auditSourceId, ...known } of habits) Object.assign(settingsOf(auditSourceId), known);
  for (const { auditSourceId, everyHours, workFrom: from, workTo: to, since } of rhythms)
    settingsOf(auditSourceId).rhythm = {
      everyHours,
      work: from === null || to === null ? null : { from, to },
      since,
    };
  for (const { auditSourceId, ...sender } of senders) settingsOf(auditSourceId).certificates.push(sender);
  return found;
}

async function settingsOf(tx: Tx, auditSourceId: string): Promise<SetForSource> {
  return (await settingsBySource(tx, auditSourceId)).get(auditSourceId) ?? nothingSet(auditSourceId);
}

/** What is left out stays as it is; null takes it away. */
export interface SourceChange {
  rhythm?: SourceRhythmSetting | null;
  defaultIssuer?: string | null;
  assumedTimeZone?: string | null;
  /** SHA-256 of a certificate that messages of the source came with. */
  trusted?: { fingerprint: string; isTrusted: boolean };
}

export type SourceRefusal = 'certificateUnknown' | 'nothingChanged';

/**
 * Sets what the facility knows of a source: written with who changed what. Under a new rhythm silence counts from now on; one that
 * stands already is left as it is. Reports that wait for an issuer or a time zone of it are settled.
 */
export function setSource(
  db: Db,
  {
    actor,
    now,
    auditSourceId,
    change,
  }: { actor: Actor; now: Date; auditSourceId: string; change: SourceChange },
): Promise<{ ok: true } | { ok: false; refusal: SourceRefusal }> {
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`source:${auditSourceId}`}, 0))`;
    const standing = await settingsOf(tx, auditSourceId);
    const before = factsOf(standing);
    const { defaultIssuer, assumedTimeZone, trusted } = change;
    const isSame = JSON.stringify(change.rhythm) === JSON.stringify(before.rhythm);
    const rhythm = isSame ? undefined : change.rhythm;
    if (trusted) {
      const { fingerprint, isTrusted } = trusted;
      const certificate = standing.certificates.find((one) => one.fingerprint === fingerprint);
      if (!certificate) return { ok: false, refusal: 'certificateUnknown' };
      if (isTrusted !== (certificate.trustedAt !== null))
        await tx.sourceSender.updateMany({
          where: { auditSourceId, fingerprint },
          data: { trustedAt: isTrusted ? now : null },
        });
    }
    if (rhythm === null) await tx.sourceRhythm.deleteMany({ where: { auditSourceId } });
    if (rhythm) {
      const data = {
        everyHours: rhythm.everyHours,
        workFrom: rhythm.work?.from ?? null,
        workTo: rhythm.work?.to ?? null,
        since: now,
      };
      await tx.sourceRhythm.upsert({
        where: { auditSourceId },
        create: { auditSourceId, ...data },
        update: data,
        select: { auditSourceId: true },
      });
    }
    if (defaultIssuer !== undefined || assumedTimeZone !== undefined) {
      const data = {
        ...(defaultIssuer === undefined ? {} : { defaultIssuer }),
        ...(assumedTimeZone === undefined ? {} : { assumedTimeZone }),
      };
      await tx.auditSource.upsert({
        where: { auditSourceId },
        create: { auditSourceId, ...data },
        update: data,
        select: { auditSourceId: true },
      });
    }
    const after = factsOf(await settingsOf(tx, auditSourceId));
    if (JSON.stringify(after) === JSON.stringify(before)) return { ok: false, refusal: 'nothingChanged' };
    if (after.defaultIssuer !== before.defaultIssuer || after.assumedTimeZone !== before.assumedTimeZone)
      await enqueue(
        tx,
        'settle-waiting',
        { auditSourceId, ...(actor.kind === 'person' ? { byId: actor.id } : {}) },
        `settle-waiting:source:${auditSourceId}`,
      );
    await appendEvent(tx, {
      type: 'source.set',
      actor,
      at: now,
      subject: { kind: 'auditSource', id: auditSourceId },
      before,
      after,
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

function factsOf({ defaultIssuer, assumedTimeZone, rhythm, certificates }: SetForSource): AuditFacts {
  return {
    defaultIssuer,
    assumedTimeZone,
    rhythm: rhythm && { everyHours: rhythm.everyHours, work: rhythm.work && { ...rhythm.work } },
    trusted: certificates.flatMap(({ fingerprint, trustedAt }) => (trustedAt ? [fingerprint] : [])),
  };
}
