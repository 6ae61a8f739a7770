import type { World } from '#app/db/world.ts';
import { isRowId } from '#app/db/row-id.ts';
import { receivedBy } from '#app/disclosures/audit-events.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { actCode, consentDocument, consentOf, loinc, type ConsentFacts } from '#app/optouts/consent-fhir.ts';
import type { AskingCompany, ConsentQuestion, PeriodAsked } from '#app/optouts/consent-question.server.ts';
import { countConsents, findConsents, recordsOfChoice } from '#app/optouts/consents.server.ts';
import type { MachineClientIdentity } from '#app/people/machine-clients.server.ts';
import type { PatientKey } from '#app/people/patients.server.ts';
import type { Refuse } from '../problem.server.ts';
import { openSearch, readAnswer, searchAnswer, unreadableSearch, type Told } from './answers.server.ts';
import { Asked, patientsAsked, type PatientsAsked } from './asked.server.ts';
import { instantsAsked, type DatePrefix } from './dates.ts';
import { consentSearch, tokenOf, type AskedSearch } from './search.ts';

export interface FhirCall {
  world: World;
  client: MachineClientIdentity;
  request: Request;
  now: Date;
  refuse: Refuse;
}

const periodIs: Record<DatePrefix, PeriodAsked['is']> = {
  eq: 'within',
  gt: 'endsAfter',
  lt: 'startsBefore',
  ge: 'withinOrLater',
  le: 'withinOrEarlier',
  sa: 'after',
  eb: 'before',
};

/** Searches patients' choices. A company's own program names the patient: a list of all who said no is not its to have. */
export async function searchConsents({ world, client, request, now, refuse }: FhirCall): Promise<Response> {
  const opened = openSearch(request, refuse, consentSearch);
  if (!opened.ok) return opened.answer;
  const { search } = opened;
  const { timeZone, issuer } = await theFacility(world.db);
  const base = `${world.appOrigin}/fhir/r4`;
  const asked = new Asked(search, base);
  const patients = await patientsAsked(world.db, asked, client.vendorId ? issuer : null);
  const company = await companyOf(world, client, patients.ids ?? [], now);
  const question = questionOf(asked, { patients, timeZone, company });
  if (asked.mistakes.length > 0) return unreadableSearch(refuse, asked.mistakes);
  if (client.vendorId && !namesByNumber(search))
    return refuse('recipient-not-yours', {
      detail: 'A company’s own program names one patient, by patient.identifier=issuer|number.',
    });
  const isCount = search.count === 0;
  const { facts, next } = isCount
    ? { facts: [], next: null }
    : await findConsents(world, actorOf(client), question);
  return searchAnswer(request, {
    base,
    type: 'Consent',
    search,
    told: await toldOf(world, facts, client.vendorId ? patients.identifier : null),
    next,
    ...(isCount ? { total: await countConsents(world, actorOf(client), question) } : {}),
    notes:
      question.actors && !company
        ? [
            'A choice about all companies names none, and is not found by actor. Whether images may go, POST /api/v1/checks answers.',
          ]
        : [],
    now,
  });
}

/** Reads one choice. */
export async function readConsent(
  { world, client, request, now, refuse }: FhirCall,
  id: string | undefined,
): Promise<Response> {
  const opened = openSearch(request, refuse, []);
  if (!opened.ok) return opened.answer;
  const { facts } = isRowId(id ?? '')
    ? await findConsents(world, actorOf(client), {
        ...everything,
        ...(await ofOneRecord(world, client, id ?? '', now)),
        ids: [id ?? ''],
      })
    : { facts: [] };
  const [told] = await toldOf(world, facts, null);
  return told
    ? readAnswer(request, told)
    : refuse('not-found', { detail: 'There is no such Consent for this key.' });
}

async function companyOf(
  world: World,
  { vendorId }: MachineClientIdentity,
  patientIds: readonly string[],
  now: Date,
): Promise<AskingCompany | null> {
  return vendorId === null
    ? null
    : { id: vendorId, received: await receivedBy(world.db, { vendorId, patientIds, now }) };
}

/** A company reads a choice as of one record whose images it received: that others are the same person, it does not learn. */
async function ofOneRecord(
  world: World,
  client: MachineClientIdentity,
  id: string,
  now: Date,
): Promise<Pick<ConsentQuestion, 'patientIds' | 'company'>> {
  if (client.vendorId === null) return { patientIds: null, company: null };
  const records = await recordsOfChoice(world.db, id);
  const company = await companyOf(world, client, records, now);
  return { patientIds: records.filter((one) => company?.received.has(one)).slice(0, 1), company };
}

const everything: ConsentQuestion = {
  patientIds: null,
  ids: null,
  status: null,
  isResearch: false,
  actors: null,
  periods: [],
  changed: [],
  after: null,
  atMost: 1,
  company: null,
};

export function actorOf({ id, name }: MachineClientIdentity) {
  return { kind: 'machine' as const, id, name };
}

function namesByNumber({ given }: AskedSearch): boolean {
  return ['patient.identifier', 'patient:identifier'].some((name) => {
    const [text] = given.get(name) ?? [];
    return text !== undefined && !/(?<!\\),/.test(text);
  });
}

function questionOf(
  asked: Asked,
  {
    patients,
    timeZone,
    company,
  }: { patients: PatientsAsked; timeZone: string; company: AskingCompany | null },
): ConsentQuestion {
  const { count, after } = asked.search;
  const category = categoryAsked(asked);
  const status = statusAsked(asked);
  const ids = asked.ids('_id');
  // A list of nothing finds nothing.
  const nothing = category === 'none' || status === 'none';
  if (after !== null && !isRowId(after)) asked.wrong('_after', 'It is not of a next link.');
  return {
    patientIds: patients.ids,
    ids: nothing ? [] : ids,
    status: status === 'none' ? null : status,
    isResearch: category === 'research',
    actors: asked.references('actor', 'Organization'),
    periods: asked
      .dates('period', timeZone)
      .map(({ prefix, from, until }) => ({ is: periodIs[prefix], from, until })),
    changed: asked.dates('_lastUpdated', timeZone).map(instantsAsked),
    after,
    atMost: count,
    company,
  };
}

/** R4 names more states (hl7.org/fhir/R4/valueset-consent-state-codes.html); nothing of ours is in those. */
const otherStates = ['draft', 'proposed', 'rejected', 'entered-in-error'];
const stateSystem = 'http://hl7.org/fhir/consent-state-codes';

function statusAsked(asked: Asked): 'active' | 'inactive' | 'none' | null {
  const values = asked.values('status')?.map(tokenOf);
  if (!values) return null;
  for (const { code } of values)
    if (![...otherStates, 'active', 'inactive'].includes(code))
      asked.wrong('status', 'There is no such status.');
  const has = (state: string) =>
    values.some(({ system, code }) => state === code && (system === null || system === stateSystem));
  if (has('active') && has('inactive')) return null;
  return has('active') ? 'active' : has('inactive') ? 'inactive' : 'none';
}

function categoryAsked(asked: Asked): 'research' | 'none' | null {
  const values = asked.values('category')?.map(tokenOf);
  if (!values) return null;
  const has = (wanted: string, of: string) =>
    values.some(({ system, code }) => wanted === code && (system === null || system === of));
  if (has(consentDocument, loinc)) return null;
  return has('RESEARCH', actCode) ? 'research' : 'none';
}

async function toldOf(
  world: World,
  facts: readonly ConsentFacts[],
  identifier: PatientKey | null,
): Promise<Told[]> {
  const { name: facilityName } = await theFacility(world.db);
  return facts.map((one) => ({
    resource: consentOf(identifier ? { ...one, patient: { ...one.patient, identifier } } : one, {
      origin: world.appOrigin,
      facilityName,
    }),
    changedAt: one.changedAt,
  }));
}
