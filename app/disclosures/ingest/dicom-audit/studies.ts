import type { ParticipantObject } from './message.ts';
import { trimXml } from './deceiving-text.ts';

export interface Study {
  /** Null only where staff entered one without it. */
  studyUid: string | null;
  /** The first accession number given. */
  accession: string | null;
  /** Sum over the SOP classes; null when the message does not say. */
  instances: number | null;
  sopClasses: { uid: string | null; instances: number | null }[];
  modality: string | null;
  /** `YYYY-MM-DD` */
  studyDate: string | null;
  description: string | null;
}

export interface Studies {
  studies: Study[];
  badStudyUid: boolean;
  badInstanceCount: boolean;
  /** One study named twice with different contents. */
  contradictory: boolean;
}

/** PS3.5 §9.1: components of digits, dots between, at most 64 characters. */
function isUid(value: string): boolean {
  return value.length <= 64 && /^\d+(?:\.\d+)+$/.test(value);
}

/** Counts are kept in 32 bits. */
const largestCount = 2_147_483_647;

function countOf(value: string | null, listed: number): number | null | 'bad' {
  if (value === null) return listed > 0 ? listed : null;
  const text = trimXml(value);
  return /^\+?\d{1,10}$/.test(text) && Number(text) <= largestCount ? Number(text) : 'bad';
}

/** `ParticipantObjectDetail` values are base64 of UTF-8 text; what is not, or holds control characters, is null. */
function detailOf(object: ParticipantObject, type: string): string | null {
  const value = object.details.find((detail) => detail.type === type)?.value;
  if (value === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    return text === '' || /\p{Cc}/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function studyDateOf(object: ParticipantObject): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(detailOf(object, 'StudyDate') ?? '');
  if (!match) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) ? date : null;
}

function isSame(a: Study, b: Study): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function contentsOf(object: ParticipantObject): Omit<Study, 'studyUid'> & { isCountBad: boolean } {
  let isCountBad = false;
  const sopClasses = object.sopClasses.map(({ uid, numberOfInstances, listedInstances }) => {
    const count = countOf(numberOfInstances, listedInstances);
    if (count === 'bad') isCountBad = true;
    return { uid: uid === null ? null : trimXml(uid), instances: count === 'bad' ? null : count };
  });
  const counts = sopClasses.map(({ instances }) => instances);
  const isCounted = counts.length > 0 && counts.every((count) => count !== null);
  return {
    accession: object.accessionNumbers.map(trimXml).find((number) => number !== '') ?? null,
    instances: isCounted ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) : null,
    sopClasses,
    modality: detailOf(object, 'Modality'),
    studyDate: studyDateOf(object),
    description: detailOf(object, 'StudyDescription'),
    isCountBad,
  };
}

const nothingKnown = {
  accession: null,
  instances: null,
  modality: null,
  studyDate: null,
  description: null,
} as const;

/**
 * The studies that the participant objects of a message name: Study Instance UID objects (110180), and the studies that
 * other objects say they are part of, whose contents the message does not give. Counts are non-negative whole numbers of
 * at most 32 bits, also in total; a study named twice alike is one study.
 */
export function studiesOf(objects: readonly ParticipantObject[]): Studies {
  const byUid = new Map<string, Study>();
  const found: Studies = { studies: [], badStudyUid: false, badInstanceCount: false, contradictory: false };
  for (const object of objects.filter(({ idType }) => idType === '110180')) {
    const { isCountBad, ...contents } = contentsOf(object);
    const studyUid = trimXml(object.id);
    const study: Study = { studyUid, ...contents };
    const earlier = byUid.get(studyUid);
    if (isCountBad) found.badInstanceCount = true;
    if (!isUid(studyUid)) found.badStudyUid = true;
    else if (!earlier) byUid.set(studyUid, study);
    else if (!isSame(earlier, study)) found.contradictory = true;
  }
  for (const studyUid of objects.flatMap(({ containedStudyUids }) => containedStudyUids.map(trimXml))) {
    if (!isUid(studyUid)) found.badStudyUid = true;
    else if (!byUid.has(studyUid)) byUid.set(studyUid, { studyUid, ...nothingKnown, sopClasses: [] });
  }
  found.studies = [...byUid.values()];
  if ((totalInstances(found.studies) ?? 0) > largestCount) found.badInstanceCount = true;
  return found;
}

/** Instances over all studies; null when there is no study, or one of them is not counted. */
export function totalInstances(studies: readonly Study[]): number | null {
  if (studies.length === 0) return null;
  return studies.reduce<number | null>(
    (sum, { instances }) => (sum === null || instances === null ? null : sum + instances),
    0,
  );
}
