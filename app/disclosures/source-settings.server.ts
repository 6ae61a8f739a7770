import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { reportingSources } from './sources.server.ts';

export interface SourceRhythmSetting {
  /** At least one message in so many hours of the time that counts. */
  everyHours: number;
  /** Hours of the facility's business days that count, from and to; null: every hour of every day. */
  work: { from: number; to: number } | null;
}

export interface SourceSettings {
  auditSourceId: string;
  lastAt: Date | null;
  defaultIssuer: string | null;
  assumedTimeZone: string | null;
  rhythm: SourceRhythmSetting | null;
  /** Certificates that messages of it came with; once one is trusted, no other may speak for it. */
  certificates: { fingerprint: string; subject: string; firstSeenAt: Date; trustedAt: Date | null }[];
}

/** Every source that reported or that something is set for, by name. */
export async function sourceSettings(db: Db): Promise<SourceSettings[]> {
  const reported = new Map((await reportingSources(db)).map((one) => [one.auditSourceId, one.lastAt]));
  const set = await Promise.all([
    db.auditSource.findMany({ select: { auditSourceId: true } }),
    db.sourceRhythm.findMany({ select: { auditSourceId: true } }),
  ]);
  const ids = new Set([...reported.keys(), ...set.flat().map(({ auditSourceId }) => auditSourceId)]);
  return Promise.all(
    [...ids].sort().map(async (auditSourceId) => ({
      ...(await settingsOf(db, auditSourceId)),
      lastAt: reported.get(auditSourceId) ?? null,
    })),
  );
}

async function settingsOf(db: Db | Tx, auditSourceId: string): Promise<Omit<SourceSettings, 'lastAt'>> {
  const habits = await db.auditSource.findUnique({
    where: { auditSourceId },
    select: { defaultIssuer: true, assumedTimeZone: true },
  });
  const rhythm = await db.sourceRhythm.findUnique({
    where: { auditSourceId },
    select: { everyHours: true, workFrom: true, workTo: true },
  });
  const certificates = await db.sourceSender.findMany({
    where: { auditSourceId },
    orderBy: { firstSeenAt: 'asc' },
    select: { fingerprint: true, subject: true, firstSeenAt: true, trustedAt: true },
  });
  return {
    auditSourceId,
    defaultIssuer: habits?.defaultIssuer ?? null,
    assumedTimeZone: habits?.assumedTimeZone ?? null,
    rhythm: rhythm && {
      everyHours: rhythm.everyHours,
      work:
        rhythm.workFrom === null || rhythm.workTo === null
          ? null
          : { from: rhythm.workFrom, to: rhythm.workTo },
    },
    certificates,
  };
}

/** What is left out stays as it is; null takes it away. */
export interface SourceChange {
  rhythm?: SourceRhythmSetting | null;
  defaultIssuer?: string | null;
  assumedTimeZone?: string | null;
  /** SHA-256 of a certificate that messages of the source came with. */
  trusted?: { fingerprint: string; isTrusted: boolean };
}

export type SourceRefusal = 'certificateUnknown';

/** Sets what the facility knows of a source: written with who changed what. Silence counts from now on. */
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
    const before = factsOf(await settingsOf(tx, auditSourceId));
    const { rhythm, defaultIssuer, assumedTimeZone, trusted } = change;
    if (trusted) {
      const where = { auditSourceId, fingerprint: trusted.fingerprint };
      const { count } = await tx.sourceSender.updateMany({
        where,
        data: { trustedAt: trusted.isTrusted ? now : null },
      });
      if (count === 0) return { ok: false, refusal: 'certificateUnknown' };
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
    await appendEvent(tx, {
      type: 'source.set',
      actor,
      at: now,
      subject: { kind: 'auditSource', id: auditSourceId },
      before,
      after: factsOf(await settingsOf(tx, auditSourceId)),
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

function factsOf({
  defaultIssuer,
  assumedTimeZone,
  rhythm,
  certificates,
}: Omit<SourceSettings, 'lastAt'>): AuditFacts {
  return {
    defaultIssuer,
    assumedTimeZone,
    rhythm: rhythm && { everyHours: rhythm.everyHours, work: rhythm.work && { ...rhythm.work } },
    trusted: certificates.flatMap(({ fingerprint, trustedAt }) => (trustedAt ? [fingerprint] : [])),
  };
}
