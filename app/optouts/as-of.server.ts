import type { Db } from '#app/db/client.server.ts';
import { decideExport, heldAfterRestore, type ExportAnswer, type ExportQuestion } from './decide.ts';
import { optOutRecordsOf } from './optouts.server.ts';
import { rulesAt, type ExportRules } from './rules.ts';
import { exportRulesOverTime } from './rules.server.ts';

export interface AnswerAsOf {
  answer: ExportAnswer;
  /** The record that the answer rests on. */
  record: { act: 'denied' | 'permitted'; effectiveFrom: Date; requestId: string; reference: string } | null;
  /** The facility's, as they were. */
  rules: ExportRules;
}

/**
 * Whether images of a patient might have gone at a past moment, and by which record: the answer that an export check gave, or would have
 * given, then. Records that are one person today are asked as one.
 * @param when.at the moment asked about @param when.knownAt what was recorded by then; not before `at`
 * @returns by what was recorded at the moment itself, and by then
 */
export async function answersAsOf(
  db: Db,
  patientId: string,
  question: ExportQuestion,
  { at, knownAt }: { at: Date; knownAt: Date },
): Promise<{ then: AnswerAsOf; later: AnswerAsOf }> {
  const [records, versions, unconfirmed] = await Promise.all([
    optOutRecordsOf(db, [patientId]),
    exportRulesOverTime(db),
    db.restoredBackup.count({ where: { confirmedAt: null } }),
  ]);
  const rules = rulesAt(versions, at);
  const knowing = async (known: Date) => {
    const decided = decideExport(records.get(patientId) ?? [], question, at, known, rules);
    const answer = unconfirmed > 0 ? heldAfterRestore(decided) : decided;
    return { answer, rules, record: await recordBehind(db, answer) };
  };
  const [then, later] = await Promise.all([knowing(at), knowing(knownAt)]);
  return { then, later };
}

async function recordBehind(db: Db, answer: ExportAnswer): Promise<AnswerAsOf['record']> {
  const row =
    'recordId' in answer
      ? await db.optOut.findUnique({
          where: { id: answer.recordId },
          select: {
            act: true,
            effectiveFrom: true,
            requestId: true,
            request: { select: { reference: true } },
          },
        })
      : null;
  return (
    row && {
      act: row.act === 'permitted' ? 'permitted' : 'denied',
      effectiveFrom: row.effectiveFrom,
      requestId: row.requestId,
      reference: row.request.reference,
    }
  );
}
