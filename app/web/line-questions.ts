import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';

/** Stands for a study that is not there yet. */
const studyToCome = '0';

/** What a line of a picture, a company and what it got images for, stands for: one study, with the patient's name or without. */
export interface LineQuestion {
  studyUid: string;
  identifiable: boolean;
}

/** The studies of a patient, and one to come. */
export function studiesOf(rows: readonly DisclosureRow[]): string[] {
  return [...new Set(rows.flatMap(({ studyUid }) => studyUid ?? [])), studyToCome];
}

/** All that a line stands for: each study, with the name or without as images went there so far. */
export function questionsOf(line: readonly DisclosureRow[], studies: readonly string[]): LineQuestion[] {
  const kinds = new Set(line.map(({ anonymized }) => anonymized !== true));
  return studies.flatMap((studyUid) => [...kinds].map((identifiable) => ({ studyUid, identifiable })));
}

/** How many studies that are there some questions are about. */
export function countStudies(questions: readonly LineQuestion[]): number {
  return new Set(questions.map(({ studyUid }) => studyUid).filter((uid) => uid !== studyToCome)).size;
}

/** Whether some questions are all about images with the name, on a line on which images without it go on. */
export function onlyNamed(some: readonly LineQuestion[], all: readonly LineQuestion[]): boolean {
  return some.every(({ identifiable }) => identifiable) && all.some(({ identifiable }) => !identifiable);
}
