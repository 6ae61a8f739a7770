import { isRowId } from '#app/db/row-id.ts';
import { countedFor, type OptOutRecord } from './decide.ts';

/** Between two records of one person, and before the record and the study that the row asks about. */
export const betweenRecords = '~';
export const beforeAsked = '!';

export interface RowRecords {
  records: (OptOutRecord & { patientId: string; givenForIds: string[] })[];
  studyUid: string | null;
}

/** Reads what `recordText` (record-sql.server.ts) wrote. @returns null for anything else: nothing is known then, and the row goes nowhere */
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

function isWhole(text: string | undefined): text is string {
  return text !== undefined && whole.test(text);
}

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
  if (!isWhole(sequence) || !isWhole(from) || !isWhole(at) || (to && !isWhole(to))) return null;
  const givenForIds = listIn(givenFor);
  if ((supersedes && !isId(supersedes)) || !givenForIds.every(isId)) return null;
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
    givenForIds,
  };
}

function listIn(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}
