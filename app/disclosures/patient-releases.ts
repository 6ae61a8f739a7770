import type { Place } from '#app/clocks/jurisdictions.ts';
import { purposeAsked } from '#app/optouts/purposes.ts';
import {
  everyRelease,
  splitLayers,
  type AccountingRow,
  type CorrectedLedgerRow,
  type LedgerRow,
} from './accounting.ts';

/** What images went out for, as far as a patient's page tells uses apart. */
export const releaseUses = ['ai', 'research', 'other', 'care'] as const;
export type ReleaseUse = (typeof releaseUses)[number];

/** The use behind a v3-ActReason code; what nobody knows is for something else. */
export function useOf(code: string | null): ReleaseUse {
  if (code === 'TREAT' || code === 'TREATDS') return 'care';
  const asked = code === null ? 'unknown' : purposeAsked(code);
  if (asked === 'aiTraining') return 'ai';
  return asked === 'research' ? 'research' : 'other';
}

export interface TracedRow extends LedgerRow {
  vendor: LedgerRow['vendor'] & { slug: string };
}

/** One release as an accounting has it, with whose it is: what the list, the map and the timeline of a patient's page are all made of. */
export interface PatientRelease<Row extends TracedRow = TracedRow> {
  ledger: Row;
  row: AccountingRow;
  layer: 'law' | 'also';
  use: ReleaseUse;
  /** Of the facility-local date. */
  year: string;
}

/**
 * Every release for itself, newest first: what an official list sums up is whole here.
 * @param localDate the facility-local date of an instant
 * @param place whose law says what an official list has
 */
export function patientReleases<Row extends TracedRow>(
  rows: readonly Row[],
  localDate: (instant: Date) => string,
  corrected: readonly CorrectedLedgerRow[],
  place: Place,
): PatientRelease<Row>[] {
  const ledger = new Map(rows.map((row) => [row.id, row]));
  const { requiredByLaw, alsoShown } = splitLayers(rows, localDate, corrected, place);
  const layers = [
    ['law', requiredByLaw],
    ['also', alsoShown],
  ] as const;
  return layers
    .flatMap(([layer, listed]) =>
      everyRelease(listed).flatMap((row) => {
        const from = ledger.get(row.disclosureId);
        if (!from) return [];
        return [
          {
            ledger: from,
            row: { ...row, repeated: null },
            layer,
            use: useOf(row.purpose),
            year: row.occurredOn.slice(0, 4),
          },
        ];
      }),
    )
    .sort((a, b) => (a.row.occurredAt < b.row.occurredAt ? 1 : -1));
}

/** What a patient chose to see; null: all. */
export interface ChosenReleases {
  /** Years, both included. */
  from: string | null;
  to: string | null;
  /** A vendor's slug. */
  company: string | null;
  use: ReleaseUse | null;
  layer: 'law' | 'also' | null;
}

/** Of what was asked for, what there is to choose. Two years the wrong way round are taken the right way. */
export function choiceOf(
  asked: Readonly<Record<keyof ChosenReleases, string | null>>,
  releases: readonly PatientRelease[],
): ChosenReleases {
  const years = new Set(releases.map(({ year }) => year));
  const known = (year: string | null) => (year !== null && years.has(year) ? year : null);
  const [from, to] = [known(asked.from), known(asked.to)];
  const isTurned = from !== null && to !== null && from > to;
  return {
    from: isTurned ? to : from,
    to: isTurned ? from : to,
    company: releases.find(({ ledger }) => ledger.vendor.slug === asked.company)?.ledger.vendor.slug ?? null,
    use: releases.find(({ use }) => use === asked.use)?.use ?? null,
    layer: asked.layer === 'law' || asked.layer === 'also' ? asked.layer : null,
  };
}

export function chosenReleases<Release extends PatientRelease>(
  releases: readonly Release[],
  { from, to, company, use, layer }: ChosenReleases,
): Release[] {
  return releases.filter(
    (one) =>
      (from === null || one.year >= from) &&
      (to === null || one.year <= to) &&
      (company === null || one.ledger.vendor.slug === company) &&
      (use === null || one.use === use) &&
      (layer === null || one.layer === layer),
  );
}
