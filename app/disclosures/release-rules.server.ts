import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { lockRegisters } from '#app/vendors/register-lock.server.ts';
import {
  classedOtherwise,
  newestVersion,
  placeRule,
  type ClassedAlike,
  type ClassedOtherwise,
  type ProposedRule,
  type RuleRefusal,
  type RuleVersion,
} from './release-rules.ts';

export interface VendorRules {
  id: string;
  name: string;
  /** Newest first. */
  versions: RuleVersion[];
}

const versionFields = {
  id: true,
  version: true,
  purpose: true,
  legalBasis: true,
  legallyRequired: true,
  exclusionReason: true,
  validFrom: true,
  validTo: true,
} as const;

/** What images go to each vendor for, and on what basis: every version there ever was. */
export async function rulesByVendor(db: Db): Promise<VendorRules[]> {
  const rows = await db.vendor.findMany({
    orderBy: { name: 'asc' },
    select: {
      id: true,
      name: true,
      releaseRules: { orderBy: { version: 'desc' }, select: versionFields },
    },
  });
  return rows.map(({ releaseRules: versions, ...vendor }) => ({ ...vendor, versions }));
}

export async function rulesOfVendor(db: Db | Tx, vendorId: string): Promise<VendorRules | null> {
  const row = await db.vendor.findUnique({
    where: { id: vendorId },
    select: {
      id: true,
      name: true,
      releaseRules: { orderBy: { version: 'desc' }, select: versionFields },
    },
  });
  return row && { id: row.id, name: row.name, versions: row.releaseRules };
}

export interface NewRule {
  vendorId: string;
  /** The newest version when the form was shown; null: there was none. */
  expected: string | null;
  proposed: ProposedRule;
  reason: string;
  actor: Person;
}

export type RuleMade =
  { ok: true; version: number } | { ok: false; refusal: RuleRefusal | 'vendorUnknown' | 'changedMeanwhile' };

/** Writes the next version of a vendor's rule; the one before it ends where it begins, and stays. Rows on record keep what they say. */
export function makeRule(
  world: World,
  { vendorId, expected, proposed, reason, actor }: NewRule,
): Promise<RuleMade> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    // What arrives meanwhile is classed by one rule or the other.
    await lockRegisters(tx);
    const vendor = await rulesOfVendor(tx, vendorId);
    if (!vendor) return { ok: false, refusal: 'vendorUnknown' };
    const newest = newestVersion(vendor.versions);
    if ((newest?.id ?? null) !== expected) return { ok: false, refusal: 'changedMeanwhile' };
    const placed = placeRule(vendor.versions, proposed, now);
    if (!placed.ok) return placed;
    const { version, validFrom, endsId, says } = placed;
    if (endsId)
      await tx.releaseRule.update({
        where: { id: endsId },
        data: { validTo: validFrom },
        select: { id: true },
      });
    const id = newRowId(now);
    await tx.releaseRule.create({
      data: { id, vendorId, version, ...says, validFrom },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'releaseRule.made',
      actor,
      at: now,
      subject: { kind: 'releaseRule', id },
      ...(newest ? { before: factsOf(newest) } : {}),
      after: { vendorId, ...factsOf({ ...says, version, validFrom }) },
      reason,
      visibleToPatient: false,
    });
    return { ok: true, version };
  });
}

function factsOf(rule: Omit<RuleVersion, 'id' | 'validTo'>) {
  const { version, purpose, legalBasis, legallyRequired, exclusionReason, validFrom } = rule;
  return {
    version,
    purpose,
    legalBasis,
    legallyRequired,
    exclusionReason,
    validFrom: validFrom.toISOString(),
  };
}

const lookedAt = { most: 10_000, days: 365 } as const;

export type RulePreview =
  | { ok: true; rows: number; otherwise: ClassedOtherwise[] }
  | { ok: false; refusal: RuleRefusal | 'vendorUnknown' };

/** What a new version would have said of the newest releases to the vendor, of a year at most. Changes nothing. */
export async function previewRule(
  world: World,
  vendorId: string,
  proposed: ProposedRule,
): Promise<RulePreview> {
  const { db } = world;
  const now = world.clock();
  const vendor = await rulesOfVendor(db, vendorId);
  if (!vendor) return { ok: false, refusal: 'vendorUnknown' };
  const placed = placeRule(vendor.versions, proposed, now);
  if (!placed.ok) return placed;
  const rows = await db.$queryRaw<ClassedAlike[]>`
    select purpose, legal_basis as "legalBasis", legally_required as "legallyRequired",
           exclusion_reason as "exclusionReason", release_rule_id is not null as "hasRule", anonymized,
           count(*)::int as count
      from (select * from disclosure d
             where vendor_id = ${vendorId}::uuid and not retracted
               and occurred_at > ${now}::timestamptz - make_interval(days => ${lookedAt.days}::int)
               and not exists (select 1 from disclosure later where later.corrects_id = d.id)
             order by occurred_at desc limit ${lookedAt.most}) as newest
     group by 1, 2, 3, 4, 5, 6
     order by count desc`;
  return {
    ok: true,
    rows: rows.reduce((sum, { count }) => sum + count, 0),
    otherwise: classedOtherwise(rows, placed.says),
  };
}

export interface RuleMaking {
  ruleId: string;
  at: Date;
  by: string;
  reason: string | null;
}

/** Who made each of these versions, when and why. Those that came with the register have no line. */
export async function rulesMadeBy(db: Db, ruleIds: readonly string[]): Promise<Map<string, RuleMaking>> {
  const events = await db.auditEvent.findMany({
    where: { type: 'releaseRule.made', subjectKind: 'releaseRule', subjectId: { in: [...ruleIds] } },
    select: { subjectId: true, at: true, actorName: true, reason: true },
  });
  return new Map(
    events.map(({ subjectId: ruleId, actorName: by, ...rest }) => [ruleId, { ruleId, by, ...rest }]),
  );
}

/** When a rule was last made by somebody here. */
export async function newestRuleMade(db: Db): Promise<{ at: Date; by: string } | null> {
  const event = await db.auditEvent.findFirst({
    where: { type: 'releaseRule.made' },
    orderBy: { id: 'desc' },
    select: { at: true, actorName: true },
  });
  return event && { at: event.at, by: event.actorName };
}
