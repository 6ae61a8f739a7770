import { isRowId } from '#app/db/row-id.ts';
import { countedFor, type OptOutRecord } from './decide.ts';

/** Between two records of one person, and before the record and the study that the row asks about. */
export const betweenRecords = '~';
export const beforeAsked = '!';

export interface RowRecords {
  records: (OptOutRecord & { givenForIds: string[] })[];
  studyUid: string | null;
}

/** Reads what `recordText` (record-sql.server.ts) wrote. @returns null for anything else: nothing is known then, and the row goes nowhere */
export function recordsIn(text: string): RowRecords | null {
  const parts = text.split(beforeAsked);
  const [said, asked, study] = [parts[0], parts[1], parts[2]];
  if (!said || asked === undefined || (asked && !isId(asked)) || study === undefined || parts.length > 3)
    return null;
  const records: RowRecords['records'] = [];
  for (const one of said.split(betweenRecords)) {
    const record = recordIn(one);
    if (!record) return null;
    records.push(countedFor(record, record.givenForIds, asked));
  }
  // What is no UID names no study: then a "no" to any study counts.
  return { records, studyUid: /^[0-9.]{1,64}$/.test(study) ? study : null };
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

const plain = ['denied', '*', '*', '1'] as const;

function recordIn(text: string): RowRecords['records'][number] | null {
  const parts = text.split('|');
  // Each by its place: taken apart by a pattern they cost twice as much.
  const [id, sequence, purposes, at] = [parts[0], parts[1], parts[2], parts[3]];
  if (!isId(id) || !isWhole(sequence) || !isWhole(at)) return null;
  const recordedAt = new Date(Number(at));
  // Of a "no" to everybody for all images nothing more is written. What is left of a longer record that was cut here is read as one, too.
  const isPlain = parts.length === 4;
  const [act, vendors, studies, deidentified] = isPlain ? plain : [parts[4], parts[5], parts[6], parts[7]];
  const [from, to, supersedes] = isPlain ? [at] : [parts[8], parts[9], parts[10]];
  const givenForIds = listIn(parts[11]);
  if (!act || !acts.has(act) || (!isPlain && parts.length !== 12)) return null;
  if (!isWhole(from) || (to && !isWhole(to))) return null;
  if ((supersedes && !isId(supersedes)) || !givenForIds.every(isId)) return null;
  return {
    id,
    sequence: BigInt(sequence),
    act: act as OptOutRecord['act'],
    purposes: listIn(purposes) as OptOutRecord['purposes'],
    vendors: vendors === '*' ? 'all' : listIn(vendors),
    studies: studies === '*' ? 'all' : listIn(studies),
    coversDeidentified: deidentified === '1',
    effectiveFrom: isPlain ? recordedAt : new Date(Number(from)),
    expiresAt: to ? new Date(Number(to)) : null,
    recordedAt,
    supersedesId: supersedes || null,
    givenForIds,
  };
}

function listIn(text: string | undefined): string[] {
  return text ? text.split(' ') : [];
}
