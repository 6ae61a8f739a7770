import { modalityInWords } from '#app/disclosures/accounting-words.ts';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface StudyView {
  uid: string;
  /** What it is and of which day: "CT scan, January 4, 2026: chest". */
  name: string;
  /** Who has images of it. */
  recipients: string[];
}

/** A patient's studies as the ledger knows them, the newest first. @param rows releases that the patient may know of */
export function studiesView(rows: readonly DisclosureRow[], locale: Locale): StudyView[] {
  const words = wordsFor(locale);
  const byUid = new Map<string, DisclosureRow[]>();
  for (const row of rows)
    if (row.studyUid) byUid.set(row.studyUid, [...(byUid.get(row.studyUid) ?? []), row]);
  return [...byUid]
    .map(([uid, of]) => {
      const known = <T>(value: (row: DisclosureRow) => T | null) => of.map(value).find((one) => one !== null);
      const on = known(({ studyOn }) => studyOn);
      const modality = known((row) => row.modality);
      const what = modality ? modalityInWords(words, modality) : words('optOuts.study.unknown');
      const about = known(({ studyDescription }) => studyDescription);
      return {
        uid,
        on: on ?? '',
        name: [
          on ? words('optOuts.study.on', { what, date: dateInWords(locale, on) }) : what,
          ...(about ? [about] : []),
        ].join(': '),
        recipients: [...new Set(of.map(({ vendor }) => vendor.name))].sort((a, b) =>
          a.localeCompare(b, locale),
        ),
      };
    })
    .sort((a, b) => b.on.localeCompare(a.on) || a.uid.localeCompare(b.uid))
    .map(({ on: _on, ...study }) => study);
}

/** The same as names by UID. */
export function studyNames(rows: readonly DisclosureRow[], locale: Locale): Map<string, string> {
  return new Map(studiesView(rows, locale).map(({ uid, name }) => [uid, name]));
}
