import type { Person } from '#app/audit/actor.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import type { World } from '#app/db/world.ts';
import type { ImportFacts } from '#app/disclosures/imports/list.server.ts';
import { filterOf, type LineFilter } from '#app/disclosures/imports/imports.ts';
import { linesPage } from '#app/disclosures/imports/lines.server.ts';
import { whyInWords } from '#app/disclosures/imports/line-words.ts';
import { previewImport, type PreviewLine } from '#app/disclosures/imports/preview.server.ts';
import type { StopReason } from '#app/disclosures/imports/run.server.ts';
import type { ColumnUse } from '#app/disclosures/ingest/csv/columns.ts';
import type { Reading } from '#app/disclosures/ingest/dicom-audit/reading.ts';
import { recordsWithNumbers } from '#app/people/records-named.server.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

export interface ViewIn {
  locale: Locale;
  timeZone: string;
}

const stopWords: Record<StopReason, MessageId> = {
  doesNotOpen: 'imports.stop.doesNotOpen',
  notReadable: 'imports.stop.notReadable',
  contentGone: 'imports.stop.contentGone',
};

/** A file of transfers as lists and its page show it. */
export function importView(facts: ImportFacts, { locale, timeZone }: ViewIn) {
  const words = wordsFor(locale);
  const at = (instant: Date | null, name: string | null) =>
    instant &&
    words('imports.sentBy', {
      at: instantInWords(locale, instant, timeZone),
      name: name ?? words('imports.atCommandLine'),
    });
  const { id, state, source, fileName, sha256, rowCount, taken, counts, stopReason } = facts;
  return {
    id,
    state,
    source: source === null ? '–' : inPlainSight(source),
    fileName: inPlainSight(fileName),
    sha256,
    shortHash: sha256.slice(0, 12),
    rowCount,
    taken,
    counts,
    progress:
      rowCount !== null && state === 'running'
        ? words('imports.progress', { taken, total: rowCount })
        : taken > 0 || rowCount !== null
          ? words('imports.rows', { count: rowCount ?? taken })
          : null,
    sent: at(facts.uploadedAt, facts.uploadedBy) ?? '',
    confirmed: at(facts.confirmedAt, facts.confirmedBy),
    ended: facts.endedAt && instantInWords(locale, facts.endedAt, timeZone),
    why:
      stopReason !== null && Object.hasOwn(stopWords, stopReason)
        ? words(stopWords[stopReason as StopReason])
        : null,
  };
}
export type ImportView = ReturnType<typeof importView>;

/** How a file that waits would be read, in words. Whose numbers are in what is shown is written down. */
export async function previewView(
  world: World,
  {
    actor,
    ...facts
  }: { actor: Person; importId: string; source: string; fields: ColumnUse['field'][] | null },
  { locale, timeZone }: ViewIn,
) {
  const preview = await previewImport(world, facts);
  if (!preview) return null;
  await noteImportShown(world, actor, [
    ...preview.columns.map(({ example }) => example),
    ...(preview.read?.rows ?? []).flatMap(({ reading }) => patientsOf(reading).map(({ id }) => id ?? '')),
  ]);
  const words = wordsFor(locale);
  return {
    columns: preview.columns.map(({ name, field, example }) => ({
      name: inPlainSight(name),
      field,
      example: inPlainSight(example.slice(0, 60)),
    })),
    isOurs: preview.isOurs,
    from: preview.from,
    why: preview.why,
    read: preview.read && {
      rows: preview.read.rows.map((line) => ({
        row: line.index + 1,
        ...factsOf(line.reading, { locale, timeZone }),
        problem: problemOf(words, line),
      })),
      problems: preview.read.problems.map((line) => ({
        row: line.index + 1,
        problem: problemOf(words, line),
      })),
      problemCount: preview.read.problemCount,
      lookedAt: preview.read.lookedAt,
    },
  };
}
export type PreviewView = NonNullable<Awaited<ReturnType<typeof previewView>>>;

/** Writes down whose numbers somebody sees of a file: whoever gave them, since a cell need not say it. */
export async function noteImportShown(world: World, actor: Person, cells: readonly string[]): Promise<void> {
  const patientIds = await recordsWithNumbers(
    world.db,
    cells.map((value) => ({ issuer: null, value })),
  );
  await recordListRead(world, { actor, list: 'importFile', patientIds });
}

function patientsOf(reading: Reading) {
  if (reading.outcome === 'transfer') return [reading.transfer.patient];
  return reading.outcome === 'quarantined' ? reading.partial.patients : [];
}

function factsOf(reading: Reading, { locale, timeZone }: ViewIn) {
  const list = (values: (string | null)[]) =>
    values.flatMap((value) => (value ? [inPlainSight(value)] : [])).join(', ');
  const facts =
    reading.outcome === 'transfer'
      ? reading.transfer
      : reading.outcome === 'quarantined'
        ? reading.partial
        : null;
  if (!facts) return { when: '', patient: '', to: '', study: '' };
  const patients = patientsOf(reading);
  return {
    when: facts.occurredAt ? instantInWords(locale, facts.occurredAt, timeZone) : '',
    patient: list(patients.map(({ id, issuer }) => `${id} ${issuer ?? ''}`.trim())),
    to: list(facts.destinations.flatMap(({ display, host, ip }) => [display, host ?? ip])),
    study: list(facts.studies.map(({ studyUid }) => studyUid)),
  };
}

function problemOf(words: Words, { reading, lacksIssuer }: PreviewLine): string {
  switch (reading.outcome) {
    case 'transfer':
      return lacksIssuer ? whyInWords(words, 'unmapped', 'issuerUnknown') : '';
    case 'rejected':
      return whyInWords(words, 'rejected', reading.code);
    case 'ignored':
      return whyInWords(words, 'ignored', reading.reason);
    case 'quarantined':
      return reading.reasons.map((reason) => whyInWords(words, 'quarantined', reason)).join('. ');
  }
}

/** What became of the lines of a file, a page of them, in words. */
export async function linesView(
  world: World,
  asked: { batchId: string; filter: LineFilter | null; after: number },
  locale: Locale,
) {
  const words = wordsFor(locale);
  const { lines, hasMore } = await linesPage(world.db, asked);
  return {
    lines: lines.map(({ id, index, state, reason, groupId }) => ({
      id,
      row: index + 1,
      filter: filterOf[state],
      why: whyInWords(words, state, reason),
      groupId,
    })),
    last: hasMore ? (lines.at(-1)?.index ?? null) : null,
  };
}
export type LinesView = Awaited<ReturnType<typeof linesView>>;
