import type { Db, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { OptOutPurpose } from '../purposes.ts';
import { askThatCounts } from '../rules.ts';
import { gateOf } from './deciding.server.ts';
import type { VendorNoticeKind } from './states.ts';

/** What a notice tells a vendor: the least by which it can act, and nothing that it does not know already of who the patient is. */
export interface NoticeContent {
  reference: string;
  kind: VendorNoticeKind;
  /** Of a "no" and its end, of one that was narrowed what it ended for; empty for a recall. */
  purposes: OptOutPurpose[];
  /** What is still asked, of one that was narrowed. */
  stillPurposes: OptOutPurpose[];
  /** Whether the "no" covers images without the patient's name too. */
  coversDeidentified: boolean;
  /** From when it counts, or counts no more. */
  from: Date;
  /** The instant from which a "no" counts no more by itself. */
  until: Date | null;
  /** The facility's own numbers under which the vendor got images that were not stripped of them; no other issuer's. */
  identifiers: { issuer: string; value: string }[];
  /** What it got, by the facility's records: beside numbers, never a study that it got without the patient's name. */
  studyUids: string[];
}

/** More than a page and a message can hold; the facility sends longer lists by hand. */
const mostStudies = 2_000;

/** @throws when there is no such notice */
export async function contentOfNotice(db: Db | Tx, noticeId: string, now: Date): Promise<NoticeContent> {
  const notice = await db.vendorNotice.findUniqueOrThrow({
    where: { id: noticeId },
    select: {
      reference: true,
      kind: true,
      vendorId: true,
      patientId: true,
      optOutId: true,
      owedAt: true,
      sentAt: true,
      endedPurposes: true,
      stillPurposes: true,
    },
  });
  const optOut =
    notice.optOutId === null
      ? null
      : await db.optOut.findUniqueOrThrow({
          where: { id: notice.optOutId },
          select: {
            purposes: true,
            coversDeidentified: true,
            effectiveFrom: true,
            patientId: true,
            asks: { select: { patientId: true, askedAt: true, endsAt: true } },
            act: true,
            expiresAt: true,
            supersededBy: { select: { effectiveFrom: true }, orderBy: { sequence: 'asc' }, take: 1 },
            studyReach: true,
            studyUids: true,
          },
        });
  const ends = optOut && askThatCounts(optOut.asks, await recordGroup(db, optOut.patientId));
  const sent = await sentTo(db, notice, now);
  const inReach =
    optOut?.studyReach === 'named'
      ? sent.filter(({ studyUid }) => studyUid === null || optOut.studyUids.includes(studyUid))
      : sent;
  const lacking =
    notice.kind === 'stop' && optOut?.act === 'permitted'
      ? await lackingYes(db, { ...optOut, vendorId: notice.vendorId }, inReach, now)
      : null;
  const asked = lacking?.rows ?? inReach;
  // A number beside a study that was stripped of it would say whose that study is; also where one message brings the one, and a later one the other.
  const withNumbers = goesWithNumbers(asked, notice.sentAt ?? now);
  const told = asked.filter((row) => isNamed(row) === withNumbers);
  const { issuer } = await theFacility(db);
  const identifiers = await db.patientIdentifier.findMany({
    where: {
      patientId: { in: [...new Set(withNumbers ? told.map(({ patientId }) => patientId) : [])] },
      issuer,
    },
    orderBy: { value: 'asc' },
    select: { issuer: true, value: true },
  });
  const studies = new Set(told.flatMap(({ studyUid }) => studyUid ?? []));
  return {
    reference: notice.reference,
    kind: notice.kind,
    purposes:
      notice.kind === 'narrowed' ? notice.endedPurposes : (lacking?.purposes ?? optOut?.purposes ?? []),
    stillPurposes: notice.stillPurposes,
    // For want of a "yes" nothing may go, with or without a name.
    coversDeidentified: lacking !== null || (optOut?.coversDeidentified ?? true),
    from: notice.kind === 'stop' && optOut ? countsFrom(optOut, notice.owedAt) : notice.owedAt,
    until: notice.kind === 'stop' ? (ends?.endsAt ?? null) : null,
    identifiers,
    studyUids: [...studies].sort().slice(0, mostStudies),
  };
}

/** From when on what a notice asks counts: of a "yes", from its end. */
function countsFrom(
  choice: {
    act: string;
    effectiveFrom: Date;
    expiresAt: Date | null;
    supersededBy: { effectiveFrom: Date }[];
  },
  owedAt: Date,
): Date {
  if (choice.act !== 'permitted') return choice.effectiveFrom;
  const ends = [choice.expiresAt, choice.supersededBy[0]?.effectiveFrom, owedAt].filter(
    (end) => end instanceof Date,
  );
  return ends.reduce((first, end) => (end < first ? end : first));
}

/** What a "yes" that ended covered, and nothing permits now. Where everything is permitted again, all that it covered, as the notice said. */
async function lackingYes(
  db: Db | Tx,
  {
    purposes,
    coversDeidentified,
    vendorId,
  }: { purposes: OptOutPurpose[]; coversDeidentified: boolean; vendorId: string },
  inReach: readonly SentRow[],
  now: Date,
): Promise<{ purposes: OptOutPurpose[]; rows: SentRow[] }> {
  const covered = inReach.filter((row) => coversDeidentified || isNamed(row));
  const gate = await gateOf(
    db,
    covered.map(({ patientId }) => patientId),
    now,
  );
  const lacks = (row: SentRow, purpose: OptOutPurpose) =>
    gate({ ...row, purpose, vendorId, identifiable: isNamed(row) }).decision === 'deny';
  const denied = purposes.filter((purpose) => covered.some((row) => lacks(row, purpose)));
  if (denied.length === 0) return { purposes, rows: covered };
  return { purposes: denied, rows: covered.filter((row) => denied.some((purpose) => lacks(row, purpose))) };
}

const isNamed = ({ anonymized }: SentRow) => anonymized !== true;

/** Decided by what was known when the notice was first handed over, or by the first that came after; then it stays so. */
function goesWithNumbers(rows: readonly SentRow[], handedOver: Date): boolean {
  const [first] = [...rows].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
  const known = rows.filter(({ recordedAt }) => recordedAt <= handedOver);
  return known.length > 0 ? known.some(isNamed) : first !== undefined && isNamed(first);
}

interface Whom {
  vendorId: string;
  patientId: string;
}

interface SentRow {
  patientId: string;
  studyUid: string | null;
  anonymized: boolean | null;
  occurredAt: Date;
  recordedAt: Date;
}

/** What stands in the ledger as sent to a vendor, in all records of the patient; nothing that an agency's statement hides. */
async function sentTo(db: Db | Tx, { vendorId, patientId }: Whom, now: Date): Promise<SentRow[]> {
  const patientIds = await recordGroup(db, patientId);
  const hidden = await db.accountingSuspension.count({
    where: {
      patientId: { in: patientIds },
      vendorId,
      hiddenUntil: { gt: now },
      OR: [{ endedAt: null }, { endedAt: { gt: now } }],
    },
  });
  if (hidden > 0) return [];
  return db.disclosure.findMany({
    where: { patientId: { in: patientIds }, vendorId, retracted: false, correctedBy: null },
    orderBy: { occurredAt: 'asc' },
    select: { patientId: true, studyUid: true, anonymized: true, occurredAt: true, recordedAt: true },
  });
}

/** When the first images went to the vendor; null where the ledger knows of none. */
export async function firstSentTo(db: Db | Tx, whom: Whom, now: Date): Promise<Date | null> {
  const [first] = await sentTo(db, whom, now);
  return first?.occurredAt ?? null;
}
