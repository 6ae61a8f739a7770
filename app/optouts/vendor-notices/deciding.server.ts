import type { Db, Tx } from '#app/db/client.server.ts';
import { answerFor, type ItemAnswer } from '../answering.ts';
import { optOutRecordsOf } from '../optouts.server.ts';
import { codeOf, type OptOutPurpose } from '../purposes.ts';
import { exportRulesOverTime } from '../rules.server.ts';

/** What our own gate answers now about some records. */
export async function gateOf(
  db: Db | Tx,
  patientIds: readonly string[],
  now: Date,
): Promise<
  (asked: {
    patientId: string;
    purpose: OptOutPurpose;
    vendorId: string;
    studyUid: string | null;
    identifiable: boolean;
  }) => ItemAnswer
> {
  const [records, rules] = await Promise.all([
    optOutRecordsOf(db, [...new Set(patientIds)]),
    exportRulesOverTime(db),
  ]);
  return ({ patientId, purpose, ...question }) =>
    answerFor(records.get(patientId) ?? [], {
      ...{ ...question, purpose: codeOf[purpose], at: null, now, rules, isHeld: false },
    });
}
