import { recordListRead } from '#app/audit/list-reads.server.ts';
import type { Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { heldInWords } from '#app/disclosures/held-words.ts';
import { candidatesFor, type GroupKey } from '#app/disclosures/matching.ts';
import type { WaitingGroup } from '#app/disclosures/matching-queue.server.ts';
import { readKept, type KeptRecord } from '#app/disclosures/matching-records.server.ts';
import { recordsWithNumbers, type WrittenNumber } from '#app/people/records-named.server.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';

const keyTerms: Readonly<Record<string, MessageId>> = {
  aeTitles: 'matching.key.aeTitles',
  host: 'matching.key.host',
  ip: 'matching.key.ip',
  uri: 'matching.key.uri',
  login: 'matching.key.login',
  issuer: 'matching.key.issuer',
  number: 'matching.key.number',
  said: 'matching.field.name',
  source: 'matching.key.source',
};

/** The patient numbers that a group's name says. */
export function numbersIn(key: GroupKey): WrittenNumber[] {
  const [issuer = null] = [key.issuer ?? []].flat();
  return [key.number ?? []].flat().map((value) => ({ issuer, value }));
}

/** Writes down whose numbers a page of what could not be matched shows. */
export async function noteNumbersShown(
  { world, person }: Visit,
  numbers: readonly WrittenNumber[],
): Promise<void> {
  const patientIds = await recordsWithNumbers(world.db, numbers);
  await recordListRead(world, { actor: person, list: 'unmatched', patientIds });
}

/** What a group has in common, in words. */
export function groupName(words: Words, key: GroupKey): string {
  return Object.entries(key)
    .flatMap(([name, value]) => {
      if (name === 'reason') return [value].flat().map((reason) => heldInWords(words, reason));
      const term = keyTerms[name];
      return term ? [`${words(term)} ${[value].flat().map(inPlainSight).join(', ')}`] : [];
    })
    .join(' · ');
}

/** What some messages of a group say, as they were sent. */
export async function examplesOf(
  world: World,
  group: WaitingGroup,
  about: { words: Words; locale: Locale; timeZone: string },
) {
  const rows = await world.db.waitingRecord.findMany({
    where: { groupId: group.id },
    orderBy: { recordId: 'asc' },
    take: 3,
    select: { recordId: true },
  });
  const records = await readKept(
    world.db,
    world.keys,
    rows.map(({ recordId }) => recordId),
  );
  return records.map((record) => ({
    id: record.id,
    title: about.words('matching.example', {
      at: instantInWords(about.locale, record.receivedAt, about.timeZone),
    }),
    rows: factsOf(record, about),
    numbers: patientsOf(record).map(({ id, issuer }) => ({ issuer, value: id ?? '' })),
    name: patientOf(record)?.name ?? null,
    bornOn: patientOf(record)?.bornOn ?? null,
  }));
}

function patientsOf({ reading }: KeptRecord) {
  if (reading.outcome === 'transfer') return [reading.transfer.patient];
  return reading.outcome === 'quarantined' ? reading.partial.patients : [];
}

function patientOf({ reading }: KeptRecord) {
  return reading.outcome === 'transfer' ? reading.transfer.patient : null;
}

function factsOf(
  record: KeptRecord,
  { words, locale, timeZone }: { words: Words; locale: Locale; timeZone: string },
) {
  const { reading } = record;
  if (reading.outcome !== 'transfer' && reading.outcome !== 'quarantined') return [];
  const patients = patientsOf(record);
  const facts = reading.outcome === 'transfer' ? reading.transfer : reading.partial;
  const list = (values: (string | null)[]) =>
    values.flatMap((value) => (value ? [inPlainSight(value)] : [])).join(', ');
  const reasons = reading.outcome === 'quarantined' ? reading.reasons : [];
  return [
    ...(reasons.length > 0
      ? [
          {
            term: words('matching.key.reason'),
            value: `${reasons.map((reason) => heldInWords(words, reason)).join('. ')}.`,
          },
        ]
      : []),
    {
      term: words('matching.field.patient'),
      value: list(patients.map(({ id, issuer }) => `${id} ${issuer ?? ''}`.trim())),
    },
    { term: words('matching.field.name'), value: list(patients.map(({ name }) => name)) },
    ...(patients.some(({ bornOn }) => bornOn)
      ? [
          {
            term: words('records.field.bornOn'),
            value: list(patients.map(({ bornOn }) => bornOn ?? null)),
          },
        ]
      : []),
    {
      term: words('matching.field.event'),
      value: facts.occurredAt ? instantInWords(locale, facts.occurredAt, timeZone) : '',
    },
    { term: words('matching.field.from'), value: list([facts.source?.display ?? null]) },
    {
      term: words('matching.field.to'),
      value: list(facts.destinations.flatMap(({ display, host, ip, uri }) => [display, host, ip, uri])),
    },
    { term: words('matching.field.studies'), value: list(facts.studies.map(({ studyUid }) => studyUid)) },
    { term: words('matching.key.source'), value: list([facts.auditSourceId]) },
  ];
}

/** Vendors, and who of them might be meant with why, the likeliest first. */
export async function receiverChoices(db: Db, key: GroupKey, words: Words) {
  const [vendors, endpoints] = await Promise.all([
    db.vendor.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } }),
    db.vendorEndpoint.findMany({
      select: { vendorId: true, kind: true, value: true, validFrom: true, validTo: true },
    }),
  ]);
  const nameOfOwner = (id: string | null) =>
    id === null ? words('matching.own') : (vendors.find((vendor) => vendor.id === id)?.name ?? '');
  return {
    vendors,
    candidates: candidatesFor(key, endpoints).map(({ vendorId, reason, endpoint }) => ({
      id: vendorId ?? 'own',
      text: words('matching.candidate', {
        name: nameOfOwner(vendorId),
        endpoint: inPlainSight(endpoint),
        reason: words(`matching.reason.${reason}`),
      }),
    })),
  };
}
