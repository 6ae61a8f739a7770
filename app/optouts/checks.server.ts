import { asLines, fromLines } from '#app/db/columns.server.ts';
import { oneFor, together } from '#app/db/together.server.ts';
import type { Database } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import type { MachineClientIdentity } from '#app/people/machine-clients.server.ts';
import { answerFor, endOfYes, reliableUntil, type ItemAnswer } from './answering.ts';
import { readAskedAbout, unpadded } from './asked-records.server.ts';

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
  results: CheckResult[];
}

export interface CheckResult {
  patientId: string;
  issuer: string;
  studyUid?: string;
  decision: 'permit' | 'deny';
  reason: string;
  /** The patient's record that it rests on; told to the facility's own programs alone. */
  recordId?: string;
}

/** A company's own program named another recipient. Whether there is such a one, it is not told. */
export class RecipientNotTheirs extends Error {
  override name = 'RecipientNotTheirs';
}

interface Asked {
  client: Pick<MachineClientIdentity, 'id' | 'vendorId'>;
  question: CheckQuestion;
  now: Date;
}

interface Answered extends Asked {
  receiptId: string;
  vendorId: string | null;
  validUntil: Date;
  items: { item: CheckQuestion['items'][number]; patientId: string | null; answer: ItemAnswer }[];
}

/** What fills a turn by itself: nobody with one patient waits for ten thousand. */
const large = 100;

/**
 * Answers an export gateway, and keeps who asked what and what was answered. Everything that is not known to be allowed is denied:
 * unknown patient, unknown or ambiguous recipient, unknown purpose, a restore that nobody confirmed. Questions that come together are read
 * in one statement and kept in another; what is committed before a question came counts in its answer, and no answer goes out that was not kept.
 * @throws RecipientNotTheirs; when the database cannot be reached; the door turns that into 503, never into a permit
 */
export async function answerCheck(
  world: World,
  client: Pick<MachineClientIdentity, 'id' | 'vendorId'>,
  question: CheckQuestion,
): Promise<CheckAnswer> {
  const asked = { client, question, now: world.clock() };
  const answered =
    question.items.length > large
      ? (await answerTogether(world.database, [asked]))[0]
      : await desk(world.database)(asked);
  if (!answered) throw new RecipientNotTheirs();
  const { receiptId, now, validUntil, items } = answered;
  return {
    checkedAt: now.toISOString(),
    validUntil: validUntil.toISOString(),
    receiptId,
    results: items.map(({ item, answer }) =>
      resultOf(item, answer, client.vendorId === null && 'recordId' in answer ? answer.recordId : null),
    ),
  };
}

/** One result, in the order of members in which it is signed. @param recordId null where there is none, or it is not theirs to know */
export function resultOf(
  { patientId, issuer, studyUid }: CheckQuestion['items'][number],
  { decision, reason }: Pick<CheckResult, 'decision' | 'reason'>,
  recordId: string | null,
): CheckResult {
  return {
    patientId,
    issuer,
    ...(studyUid === undefined ? {} : { studyUid }),
    decision,
    reason,
    ...(recordId === null ? {} : { recordId }),
  };
}

const desk = oneFor((database: Database) => together((asked: Asked[]) => answerTogether(database, asked)));

/** @returns null in the place of a question of a company's program that names another recipient */
async function answerTogether({ pool }: Database, asked: Asked[]): Promise<(Answered | null)[]> {
  const found = await readAskedAbout(pool, {
    recipients: asked.map(({ question, now }) => ({ name: question.recipient, at: question.at ?? now })),
    patients: asked.flatMap(({ question }) =>
      question.items.map((item) => ({ issuer: unpadded(item.issuer), value: unpadded(item.patientId) })),
    ),
  });
  let place = 0;
  const answered = asked.map((one, index): Answered | null => {
    const { client, question, now } = one;
    const patients = found.patients.slice(place, (place += question.items.length));
    const vendorId = found.vendorIds[index] ?? null;
    if (client.vendorId && client.vendorId !== vendorId) return null;
    const asking = { ...question, vendorId, now, rules: found.rules, isHeld: found.isHeld };
    const ends: (Date | null)[] = [];
    const items = question.items.map((item, at) => {
      const patient = patients[at] ?? null;
      const answer = answerFor(patient && patient.records, { ...asking, studyUid: item.studyUid ?? null });
      if (patient) ends.push(endOfYes(answer, patient.records));
      return { item, patientId: patient?.id ?? null, answer };
    });
    return {
      ...one,
      receiptId: newRowId(now),
      vendorId,
      // What was true in the past says nothing about what may be sent now.
      validUntil: question.at ? now : reliableUntil(now, ends),
      items,
    };
  });
  const kept = answered.filter((one) => one !== null);
  if (kept.length > 0) await keep(pool, kept);
  return answered;
}

/** One statement, however many questions and items there are: all of them are kept, or none. */
async function keep(pool: Database['pool'], answered: Answered[]): Promise<void> {
  const items = answered.flatMap(({ items: of }, place) =>
    of.map((one, index) => ({ receipt: place + 1, index, ...one })),
  );
  const column = (of: (item: (typeof items)[number]) => string | null) => asLines(items.map(of));
  await pool.query({
    name: 'keep-checks',
    text: keepChecks,
    values: [
      answered.map(({ receiptId }) => receiptId),
      answered.map(({ client }) => client.id),
      answered.map(({ now }) => now),
      answered.map(({ validUntil }) => validUntil),
      answered.map(({ question }) => question.purpose),
      answered.map(({ question }) => question.recipient),
      answered.map(({ vendorId }) => vendorId),
      answered.map(({ question }) => question.identifiable),
      answered.map(({ question }) => question.at),
      answered.map(({ question }) => question.knownAt ?? null),
      column(({ receipt }) => `${receipt}`),
      column(({ index }) => `${index}`),
      column(({ item }) => item.issuer),
      column(({ item }) => item.patientId),
      column(({ item }) => item.studyUid ?? null),
      column(({ patientId }) => patientId),
      column(({ answer }) => answer.decision),
      column(({ answer }) => answer.reason),
      column(({ answer }) => ('recordId' in answer ? answer.recordId : null)),
    ],
  });
}

const keepChecks = `
  with receipt as (
    insert into export_check (id, machine_client_id, checked_at, valid_until, purpose, recipient, vendor_id, identifiable, as_of_at, known_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[], $8::boolean[], $9::timestamptz[], $10::timestamptz[])
  )
  insert into export_check_item (check_id, index, issuer, value, study_uid, patient_id, decision, reason, opt_out_id)
  select ($1::uuid[])[receipt], index, issuer, value, study_uid, patient_id, decision, reason, opt_out_id
    from unnest(${fromLines('$11', 'int')}, ${fromLines('$12', 'int')}, ${fromLines('$13', 'text')}, ${fromLines('$14', 'text')},
                ${fromLines('$15', 'text')}, ${fromLines('$16', 'uuid')}, ${fromLines('$17', 'export_decision')}, ${fromLines('$18', 'text')},
                ${fromLines('$19', 'uuid')})
      as item (receipt, index, issuer, value, study_uid, patient_id, decision, reason, opt_out_id)`;
