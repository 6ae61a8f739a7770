import type { Db, Tx } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { OptOutPurpose } from '../purposes.ts';
import type { VendorNoticeKind } from './states.ts';

/** What a notice tells a vendor: the least by which it can act, and nothing that it does not know already of who the patient is. */
export interface NoticeContent {
  reference: string;
  kind: VendorNoticeKind;
  /** Of a "no" and its end; empty for a recall. */
  purposes: OptOutPurpose[];
  /** Whether the "no" covers images without the patient's name too. */
  coversDeidentified: boolean;
  /** From when it counts, or counts no more. */
  from: Date;
  /** The instant from which a "no" counts no more by itself. */
  until: Date | null;
  /** Numbers under which the vendor got images that were not stripped of them. */
  identifiers: { issuer: string; value: string }[];
  /** What it got, by the facility's records. */
  studyUids: string[];
}

/** More than a page and a message can hold; the facility sends longer lists by hand. */
const mostStudies = 2_000;

/** @throws when there is no such notice */
export async function contentOfNotice(db: Db | Tx, noticeId: string, now: Date): Promise<NoticeContent> {
  const notice = await db.vendorNotice.findUniqueOrThrow({
    where: { id: noticeId },
    select: { reference: true, kind: true, vendorId: true, patientId: true, optOutId: true, owedAt: true },
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
            asked: { select: { endsAt: true } },
            studyReach: true,
            studyUids: true,
          },
        });
  const sent = await sentTo(db, notice, now);
  const inReach =
    optOut?.studyReach === 'named'
      ? sent.filter(({ studyUid }) => studyUid === null || optOut.studyUids.includes(studyUid))
      : sent;
  const knownBy = inReach.filter(({ anonymized }) => anonymized !== true).map(({ patientId }) => patientId);
  const identifiers = await db.patientIdentifier.findMany({
    where: { patientId: { in: [...new Set(knownBy)] } },
    orderBy: [{ issuer: 'asc' }, { value: 'asc' }],
    select: { issuer: true, value: true },
  });
  const studies = new Set(inReach.flatMap(({ studyUid }) => studyUid ?? []));
  return {
    reference: notice.reference,
    kind: notice.kind,
    purposes: optOut?.purposes ?? [],
    coversDeidentified: optOut?.coversDeidentified ?? true,
    from: notice.kind === 'stop' && optOut ? optOut.effectiveFrom : notice.owedAt,
    until: notice.kind === 'stop' ? (optOut?.asked?.endsAt ?? null) : null,
    identifiers,
    studyUids: [...studies].sort().slice(0, mostStudies),
  };
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
    select: { patientId: true, studyUid: true, anonymized: true, occurredAt: true },
  });
}

/** When the first images went to the vendor; null where the ledger knows of none. */
export async function firstSentTo(db: Db | Tx, whom: Whom, now: Date): Promise<Date | null> {
  const [first] = await sentTo(db, whom, now);
  return first?.occurredAt ?? null;
}
