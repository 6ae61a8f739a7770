import { isRowId } from '#app/db/row-id.ts';
import { countedFor, type OptOutRecord } from './decide.ts';

/** SQL of the record that stands for the one that `id` names: itself, or what it was merged into; null in a ring that should not be. */
const survivorOf = (id: string) =>
  `(with recursive up (id, above) as (
      select one.id, one.merged_into_id from patient one where one.id = ${id}
      union
      select higher.id, higher.merged_into_id from patient higher join up on higher.id = up.above
    ) select up.id from up where up.above is null)`;

/**
 * SQL that goes through the askings by which a row of `opt_out` may end, as `ask`: those of people whose record is joined with its own, as
 * `askThatCounts` says it.
 */
function countingAsks(row: string): string {
  return `from opt_out_ask ask where ask.opt_out_id = ${row}.id
    and (ask.patient_id = ${row}.patient_id or ${survivorOf('ask.patient_id')} = ${survivorOf(`${row}.patient_id`)})`;
}

/** SQL of the instant from which a row of `opt_out` counts no more: a "no" ends only once its patient was asked about it. */
export function endOf(row: string): string {
  return `case ${row}.act when 'denied' then (select min(ask.ends_at) ${countingAsks(row)}) else ${row}.expires_at end`;
}

/**
 * SQL that writes one row of `opt_out` as a text without comma, semicolon, tab, quote or line break, so that it stands in front of a row of
 * CSV as it is; `recordsIn` reads it. JSON costs four times as much, and a list has a hundred thousand of them.
 */
export function recordText(row: string): string {
  const milliseconds = (column: string) => `(extract(epoch from ${row}.${column}) * 1000)::bigint`;
  return [
    `${row}.id`,
    `${row}.sequence`,
    `${row}.act`,
    `array_to_string(${row}.purposes, ' ')`,
    `case ${row}.vendor_reach when 'all' then '*' else array_to_string(${row}.vendor_ids, ' ') end`,
    `case ${row}.study_reach when 'all' then '*' else array_to_string(${row}.study_uids, ' ') end`,
    `${row}.covers_deidentified::int`,
    milliseconds('effective_from'),
    `coalesce(((extract(epoch from ${endOf(row)}) * 1000)::bigint)::text, '')`,
    milliseconds('recorded_at'),
    `coalesce(${row}.supersedes_id::text, '')`,
    `${row}.patient_id`,
    `array_to_string(${row}.given_for_ids, ' ')`,
  ].join(` || '|' || `);
}

/** Between two records of one person, and before the record and the study that the row asks about. */
export const betweenRecords = '~';
export const beforeAsked = '!';

export interface RowRecords {
  records: (OptOutRecord & { patientId: string; givenForIds: string[] })[];
  studyUid: string | null;
}

/** Reads what `recordText` wrote. @returns null for anything else: nothing is known then, and the row goes nowhere */
export function recordsIn(text: string): RowRecords | null {
  const [said, asked, study, ...more] = text.split(beforeAsked);
  if (!said || !isId(asked) || study === undefined || more.length > 0) return null;
  const records = said.split(betweenRecords).map(recordIn);
  return records.every((record) => record !== null)
    ? {
        records: records.map((record) => countedFor(record, record.givenForIds, asked)),
        // What is no UID names no study: then a "no" to any study counts.
        studyUid: /^[0-9.]{1,64}$/.test(study) ? study : null,
      }
    : null;
}

/** What holds anything else was cut at a wrong place. */
const whole = /^-?[0-9]{1,19}$/;

function isId(text: string | undefined): text is string {
  return text !== undefined && isRowId(text);
}

const acts = new Set<string>(['denied', 'permitted', 'withdrawn'] satisfies OptOutRecord['act'][]);

function recordIn(text: string): RowRecords['records'][number] | null {
  const [
    id,
    sequence,
    act,
    purposes,
    vendors,
    studies,
    deidentified,
    from,
    to,
    at,
    supersedes,
    patientId,
    givenFor,
    ...more
  ] = text.split('|');
  if (!isId(id) || !isId(patientId) || !act || !acts.has(act) || more.length > 0) return null;
  if (!sequence || !from || !at || ![sequence, from, at, to || '0'].every((number) => whole.test(number)))
    return null;
  if (![...listIn(supersedes), ...listIn(givenFor)].every(isId)) return null;
  return {
    id,
    sequence: BigInt(sequence),
    act: act as OptOutRecord['act'],
    purposes: listIn(purposes) as OptOutRecord['purposes'],
    vendors: vendors === '*' ? 'all' : listIn(vendors),
    studies: studies === '*' ? 'all' : listIn(studies),
    coversDeidentified: deidentified === '1',
    effectiveFrom: new Date(Number(from)),
    expiresAt: to ? new Date(Number(to)) : null,
    recordedAt: new Date(Number(at)),
    supersedesId: supersedes || null,
    patientId,
    givenForIds: listIn(givenFor),
  };
}

function listIn(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}
