import type { Db } from '#app/db/client.server.ts';
import { isRowId } from '#app/db/row-id.ts';
import { issuersOfSystem } from '#app/people/issuer-system.ts';
import { findPatientsByIdentifiers, patientKeyText, type PatientKey } from '#app/people/patients.server.ts';
import { askedDate, type AskedDate } from './dates.ts';
import { idOfReference, tokenOf, valuesOf, type AskedSearch, type Mistake } from './search.ts';

const mostValues = 50;

/** One way of reading the values of a search; what cannot be read is kept, and refused at the end. */
export class Asked {
  readonly mistakes: Mistake[] = [];
  constructor(
    readonly search: AskedSearch,
    /** Address of the server’s FHIR resources. */
    readonly base: string,
  ) {}

  wrong(at: string, why: string): void {
    this.mistakes.push({ at, why });
  }

  /** The values of a parameter, of which any may hold; null where it is not given. */
  values(name: string): string[] | null {
    const [text] = this.search.given.get(name) ?? [];
    if (text === undefined) return null;
    const values = valuesOf(text);
    if (values.length > mostValues) this.wrong(name, `${mostValues} values at most.`);
    if (values.some((value) => value === '' || /\p{Cc}/u.test(value)))
      this.wrong(name, 'A value is missing.');
    return values;
  }

  ids(name: string): string[] | null {
    // What is no id of ours names nothing; that is no mistake.
    return this.values(name)?.filter(isRowId) ?? null;
  }

  /** Ids in references to resources of one type. */
  references(name: string, type: string): string[] | null {
    const values = this.values(name);
    // Somebody who gave a number here would take "none" for an answer about it.
    if (values?.some((value) => value.includes('|'))) this.wrong(name, `It is a reference: ${type}/{id}.`);
    return values && values.flatMap((value) => idOfReference(value, type, this.base) ?? []);
  }

  dates(name: string, timeZone: string): AskedDate[] {
    return (this.search.given.get(name) ?? []).flatMap((text) => {
      const read = askedDate(text, timeZone);
      if (!read)
        this.wrong(
          name,
          'It is no date, or a time without its offset. Prefixes are eq, gt, lt, ge, le, sa, eb.',
        );
      return read ?? [];
    });
  }

  /** Numbers with their issuers. */
  identifiers(name: string): { given: PatientKey; maybe: PatientKey[] }[] | null {
    const values = this.values(name);
    return (
      values &&
      values.flatMap((text) => {
        const { system, code } = tokenOf(text);
        if (!system || code === '') {
          this.wrong(name, 'A number is one of its issuer: issuer|number.');
          return [];
        }
        const maybe = issuersOfSystem(system.trim()).map((issuer) => ({ issuer, value: code.trim() }));
        return [{ given: { issuer: system, value: code }, maybe }];
      })
    );
  }
}

export interface PatientsAsked {
  /** Of whom; null: of everybody. Nobody, where no record has that number. */
  ids: string[] | null;
  /** The one number that was asked by. */
  identifier: PatientKey | null;
}

/**
 * Whom a search is about: all that it says of them holds.
 * @param issuer whose numbers alone find somebody: of a company's program the facility's, which came with the images; null: everybody's
 */
export async function patientsAsked(db: Db, asked: Asked, issuer: string | null): Promise<PatientsAsked> {
  const sets: string[][] = [];
  const references = asked.references('patient', 'Patient');
  if (references) sets.push(references.filter(isRowId));
  let identifier: PatientKey | null = null;
  for (const name of ['patient:identifier', 'patient.identifier']) {
    const numbers = asked.identifiers(name)?.map(({ maybe, ...one }) => ({
      ...one,
      maybe: maybe.filter((key) => issuer === null || key.issuer === issuer),
    }));
    if (!numbers) continue;
    const found = await findPatientsByIdentifiers(
      db,
      numbers.flatMap(({ maybe }) => maybe),
    );
    sets.push(numbers.flatMap(({ maybe }) => maybe.flatMap((key) => found.get(patientKeyText(key)) ?? [])));
    const [only] = numbers;
    identifier =
      numbers.length === 1 && only
        ? (only.maybe.find((key) => found.has(patientKeyText(key))) ?? null)
        : null;
  }
  if (sets.length === 0) return { ids: null, identifier };
  const [first = [], ...others] = sets;
  return { ids: first.filter((id) => others.every((set) => set.includes(id))), identifier };
}
