import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { MachineClientIdentity } from '#app/people/machine-clients.server.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { findRecipient } from '#app/vendors/vendors.server.ts';
import { isHeldAfterRestore } from './after-restore.server.ts';
import { decideExport, heldAfterRestore, type ExportAnswer, type OptOutRecord } from './decide.ts';
import { optOutRecordsOf } from './optouts.server.ts';
import { newestRules, rulesAt } from './rules.ts';
import { exportRulesOverTime } from './rules.server.ts';

/** How long an answer may be relied on. A gateway asks again at send time all the same. */
export const answerValidFor = 15 * 60_000;

export interface CheckQuestion {
  /** v3-ActReason code. */
  purpose: string;
  /** A vendor's slug or one of its endpoint values. */
  recipient: string;
  identifiable: boolean;
  /** A past moment to ask about; null for now. */
  at: Date | null;
  /** Of a past moment: what was recorded by then; null for what was recorded at that moment. */
  knownAt?: Date | null;
  items: { patientId: string; issuer: string; studyUid?: string | undefined }[];
}

export interface CheckAnswer {
  checkedAt: string;
  validUntil: string;
  receiptId: string;
  results: {
    patientId: string;
    issuer: string;
    studyUid?: string;
    decision: 'permit' | 'deny';
    reason: string;
  }[];
}

/** A company's own program named another recipient. Whether there is such a one, it is not told. */
export class RecipientNotTheirs extends Error {
  override name = 'RecipientNotTheirs';
}

interface AnsweredItem {
  item: CheckQuestion['items'][number];
  patientId: string | null;
  answer: ItemAnswer;
}

type ItemAnswer = ExportAnswer | { decision: 'deny'; reason: 'patientUnknown' | 'recipientUnknown' };

/**
 * Answers an export gateway, and keeps who asked what and what was answered. Everything that is not known to be allowed is denied:
 * unknown patient, unknown or ambiguous recipient, unknown purpose, a restore that nobody confirmed. The opt-outs are read in the transaction that records the answer,
 * so one that is committed before the call counts in it.
 * @throws RecipientNotTheirs; when the database cannot be reached; the door turns that into 503, never into a permit
 */
export async function answerCheck(
  world: World,
  client: MachineClientIdentity,
  question: CheckQuestion,
): Promise<CheckAnswer> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const at = question.at ?? now;
    const vendorId = await findRecipient(tx, question.recipient, at);
    if (client.vendorId && client.vendorId !== vendorId) throw new RecipientNotTheirs();
    const keys = question.items.map((item) => ({ issuer: item.issuer.trim(), value: item.patientId.trim() }));
    const patients = await findPatientsByIdentifiers(tx, keys);
    const records = await optOutRecordsOf(tx, [...new Set(patients.values())]);

    const versions = await exportRulesOverTime(tx);
    const rules = question.at ? rulesAt(versions, question.at) : newestRules(versions);
    const isHeld = await isHeldAfterRestore(tx);

    const answers = question.items.map((item, index): AnsweredItem => {
      const key = keys[index];
      const patientId = key && patients.get(patientKeyText(key));
      let answer: ItemAnswer;
      if (!patientId) answer = { decision: 'deny', reason: 'patientUnknown' };
      else if (!vendorId) answer = { decision: 'deny', reason: 'recipientUnknown' };
      else {
        const asOf = question.at ?? latest(now, records.get(patientId) ?? []);
        const decided = decideExport(
          records.get(patientId) ?? [],
          {
            purpose: question.purpose,
            vendorId,
            identifiable: question.identifiable,
            studyUid: item.studyUid ?? null,
          },
          asOf,
          question.knownAt ?? asOf,
          rules,
        );
        answer = isHeld ? heldAfterRestore(decided) : decided;
      }
      return { item, patientId: patientId ?? null, answer };
    });

    // What was true in the past says nothing about what may be sent now.
    const validUntil = question.at ? now : new Date(now.getTime() + answerValidFor);
    const { id: receiptId } = await tx.exportCheck.create({
      data: {
        machineClientId: client.id,
        checkedAt: now,
        validUntil,
        purpose: question.purpose,
        recipient: question.recipient,
        vendorId,
        identifiable: question.identifiable,
        asOfAt: question.at,
        knownAt: question.knownAt ?? null,
      },
      select: { id: true },
    });
    await keepItems(tx, receiptId, answers);
    return {
      checkedAt: now.toISOString(),
      validUntil: validUntil.toISOString(),
      receiptId,
      results: answers.map(({ item, answer }) => ({
        patientId: item.patientId,
        issuer: item.issuer,
        ...(item.studyUid === undefined ? {} : { studyUid: item.studyUid }),
        decision: answer.decision,
        reason: answer.reason,
      })),
    };
  });
}

/**
 * "Now" is never before a record that is committed: the clocks of two machines differ, and a "no" filed on the faster one counts at once.
 */
function latest(now: Date, records: readonly OptOutRecord[]): Date {
  return new Date(Math.max(now.getTime(), ...records.map(({ recordedAt }) => recordedAt.getTime())));
}

/** One statement and nine values, however many items there are: ten thousand have to fit into a transaction's time. */
async function keepItems(tx: Tx, checkId: string, answers: AnsweredItem[]): Promise<void> {
  const column = (of: (answered: AnsweredItem) => string | null) => answers.map(of);
  await tx.$executeRaw`
    insert into export_check_item
      (check_id, index, issuer, value, study_uid, patient_id, decision, reason, opt_out_id)
    select ${checkId}::uuid, place - 1, issuer, value, study_uid, patient_id::uuid, decision::export_decision, reason, opt_out_id::uuid
    from unnest(
      ${column(({ item }) => item.issuer)}::text[],
      ${column(({ item }) => item.patientId)}::text[],
      ${column(({ item }) => item.studyUid ?? null)}::text[],
      ${column(({ patientId }) => patientId)}::text[],
      ${column(({ answer }) => answer.decision)}::text[],
      ${column(({ answer }) => answer.reason)}::text[],
      ${column(({ answer }) => ('recordId' in answer ? answer.recordId : null))}::text[]
    ) with ordinality as item (issuer, value, study_uid, patient_id, decision, reason, opt_out_id, place)`;
}
