import type { ParticipantObject } from '../dicom-audit/message.ts';
import type { Entity } from './resource.ts';

type StudyFacts = Pick<ParticipantObject, 'id' | 'details' | 'accessionNumbers' | 'sopClasses'> & {
  encrypted: string | null;
  anonymized: string | null;
};

/** Extensions of R4 that carry what PS3.15 writes into the description of a study. */
const extensionUrl = 'http://hl7.org/fhir/StructureDefinition/auditevent-';

/** A study by its UID: `urn:dicom:uid`, or an ImagingStudy with an OID. An entity of another kind (a submission set, say) names none. */
export function studyUidOf({ what }: Entity): string | null {
  const { system, value } = what?.identifier ?? {};
  const isUid =
    system === 'urn:dicom:uid' || (what?.type === 'ImagingStudy' && /^urn:oid:/.test(value ?? ''));
  return isUid && value !== undefined ? value.replace(/^urn:oid:/, '') : null;
}

/** What an entity tells of its study, in `detail` (the simplest carrier) or in extensions. */
export function studyFactsOf(entity: Entity, id: string): StudyFacts {
  const told = tellings(entity);
  const all = (...names: string[]) =>
    told.flatMap(({ name, value }) => (names.includes(name) ? [value] : []));
  const [encrypted = null] = all('encrypted');
  const [anonymized = null] = all('anonymized');
  return {
    id,
    details: detailsOf(entity),
    accessionNumbers: all('accession', 'accessionnumber'),
    sopClasses: classesOf(all('sopclass'), all('numberofinstances')),
    encrypted,
    anonymized,
  };
}

/** A number beside each class, or one number for all of them together. */
function classesOf(uids: readonly string[], counts: readonly string[]): ParticipantObject['sopClasses'] {
  const [total] = counts;
  if (counts.length === 1 && uids.length !== 1 && total !== undefined)
    return [{ uid: null, numberOfInstances: total, listedInstances: 0 }];
  return uids.map((uid, at) => ({
    uid: uid.replace(/^urn:oid:/, ''),
    numberOfInstances: (counts.length === uids.length ? counts[at] : null) ?? null,
    listedInstances: 0,
  }));
}

function tellings({ what, detail = [], extension = [] }: Entity): { name: string; value: string }[] {
  return [
    ...detail.flatMap(({ type, valueString }) =>
      valueString === undefined ? [] : [{ name: type.toLowerCase(), value: valueString }],
    ),
    ...[...extension, ...(what?.extension ?? [])].flatMap((one) => {
      if (!one.url?.startsWith(extensionUrl)) return [];
      const value = one.valueString ?? one.valueIdentifier?.value ?? one.valueBoolean ?? one.valueInteger;
      return value === undefined
        ? []
        : [{ name: one.url.slice(extensionUrl.length).toLowerCase(), value: String(value) }];
    }),
  ];
}

/** As `ParticipantObjectDetail` has them: base64 of UTF-8, dates without dashes. */
function detailsOf({ detail = [] }: Entity): ParticipantObject['details'] {
  return detail.flatMap(({ type, valueString, valueBase64Binary }) => {
    if (valueBase64Binary !== undefined) return [{ type, value: valueBase64Binary }];
    if (valueString === undefined) return [];
    const text = type === 'StudyDate' ? valueString.replaceAll('-', '') : valueString;
    const bytes = new TextEncoder().encode(text);
    return [{ type, value: btoa(String.fromCharCode(...bytes)) }];
  });
}
