import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { ledgerRows, type LedgerRowForPrograms, type RowPlace } from '#app/disclosures/ledger-rows.server.ts';
import { daysAfter } from '#app/disclosures/suspension-rules.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { disclosuresCall, disclosuresQuery, type DisclosuresAnswer } from '#app/web/calls/disclosures.ts';
import { machineDoor } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, disclosuresCall, readRows);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, disclosuresCall, readRows);
}

const readRows: Parameters<typeof machineDoor>[2] = async ({ world, client, request }) => {
  const query = new URL(request.url).searchParams;
  const doubled = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (doubled.length > 0)
    return unreadable(doubled.map((at) => ({ at, why: 'This stands in the address more than once.' })));
  // A plus sign that nobody encoded arrives as a space.
  const typed = Object.fromEntries(
    [...query].map(([name, value]) => [name, value.replace(/ (\d\d:\d\d)$/, '+$1')]),
  );
  const parsed = disclosuresQuery.safeParse(typed);
  if (!parsed.success)
    return unreadable(parsed.error.issues.map(({ path, message }) => ({ at: path.join('.'), why: message })));
  const { patientId: value, issuer, from, to, limit, after } = parsed.data;
  if ((value === undefined) !== (issuer === undefined))
    return unreadable([{ at: 'issuer', why: 'A number is one of its issuer: give both, or neither.' }]);
  const place = after === undefined ? null : placeOf(after);
  if (place === undefined) return unreadable([{ at: 'after', why: 'It is not next of a page.' }]);
  const { timeZone } = await theFacility(world.db);
  const instant = (text: string | undefined, isEnd = false) => {
    if (text === undefined) return null;
    if (text.includes('T')) return new Date(text);
    return startOfLocalDate(isEnd ? daysAfter(text, 1) : text, timeZone);
  };
  const { rows, next } = await ledgerRows(
    world,
    { kind: 'machine', id: client.id, name: client.name },
    {
      patient: value !== undefined && issuer !== undefined ? { issuer, value } : null,
      from: instant(from),
      until: instant(to, true),
      after: place,
      atMost: limit,
      // The door lets no company's own program through; it would see its own rows.
      vendorId: client.vendorId,
    },
  );
  const answer: DisclosuresAnswer = { disclosures: rows.map(rowOf), next: next && textOf(next) };
  return Response.json(answer);
};

function unreadable(wrong: { at: string; why: string }[]): Response {
  return problem('bad-request', { detail: 'The address is not a question this call can answer.', wrong });
}

function textOf({ occurredAt, id }: RowPlace): string {
  return `${occurredAt.toISOString()}_${id}`;
}

function placeOf(text: string): RowPlace | undefined {
  const [, time = '', id = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ??
    [];
  const occurredAt = new Date(time);
  return Number.isNaN(occurredAt.getTime()) ? undefined : { occurredAt, id };
}

function rowOf(row: LedgerRowForPrograms): DisclosuresAnswer['disclosures'][number] {
  return {
    id: row.id,
    patient: row.patient.identifiers.map(({ issuer, value }) => ({ patientId: value, issuer })),
    recipient: row.vendor.slug,
    occurredAt: row.occurredAt.toISOString(),
    timeZoneAssumed: row.assumedTimeZone,
    timeOfDayKnown: row.timeOfDayKnown,
    recordedAt: row.recordedAt.toISOString(),
    studyUid: row.studyUid,
    accession: row.accessionNumber,
    modality: row.modality,
    instances: row.instanceCount,
    source: row.sourceAeTitle,
    destination: row.destination,
    deidentified: row.anonymized,
    purpose: row.purpose,
    legalBasis: row.legalBasis,
    requiredByLaw: row.legallyRequired,
    exclusionReason: row.exclusionReason,
    corrects: row.correctsId,
    correctedBy: row.correctedBy?.id ?? null,
    retracted: row.retracted,
    reports: row._count.evidence,
  };
}
