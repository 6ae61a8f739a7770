import { isRowId } from '#app/db/row-id.ts';
import {
  countAuditEvents,
  findAuditEvents,
  type AuditEventQuestion,
  type EventPlace,
} from '#app/disclosures/audit-events.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { openSearch, readAnswer, searchAnswer, unreadableSearch } from './answers.server.ts';
import { Asked, patientsAsked } from './asked.server.ts';
import { actorOf, type FhirCall } from './consents.server.ts';
import { instantsAsked } from './dates.ts';
import { auditEventSearch, tokenOf } from './search.ts';

/** Searches the record of who received images. */
export async function searchAuditEvents({
  world,
  client,
  request,
  now,
  refuse,
}: FhirCall): Promise<Response> {
  const opened = openSearch(request, refuse, auditEventSearch);
  if (!opened.ok) return opened.answer;
  const { search } = opened;
  const { timeZone, issuer } = await theFacility(world.db);
  const base = `${world.appOrigin}/fhir/r4`;
  const asked = new Asked(search, base);
  const patients = await patientsAsked(world.db, asked, client.vendorId ? issuer : null);
  const question: AuditEventQuestion = {
    patientIds: both(patients.ids, patientsAmongEntities(asked)),
    ids: asked.ids('_id'),
    sent: asked.dates('date', timeZone).map(instantsAsked),
    recorded: asked.dates('_lastUpdated', timeZone).map(instantsAsked),
    recipients: asked.references('agent', 'Organization'),
    studyUids: studiesAsked(asked),
    after: search.after === null ? null : placeOf(asked, search.after),
    atMost: search.count,
    vendorId: client.vendorId,
  };
  if (asked.mistakes.length > 0) return unreadableSearch(refuse, asked.mistakes);
  const isCount = search.count === 0;
  const { events, next } = isCount
    ? { events: [], next: null }
    : await findAuditEvents(world, actorOf(client), question);
  return searchAnswer(request, {
    base,
    type: 'AuditEvent',
    search,
    told: events,
    next: next && textOf(next),
    ...(isCount ? { total: await countAuditEvents(world, actorOf(client), question) } : {}),
    now,
  });
}

/** Reads one release. */
export async function readAuditEvent(
  { world, client, request, refuse }: FhirCall,
  id: string | undefined,
): Promise<Response> {
  const opened = openSearch(request, refuse, []);
  if (!opened.ok) return opened.answer;
  const { events } = isRowId(id ?? '')
    ? await findAuditEvents(world, actorOf(client), {
        patientIds: null,
        ids: [id ?? ''],
        sent: [],
        recorded: [],
        recipients: null,
        studyUids: null,
        after: null,
        atMost: 1,
        vendorId: client.vendorId,
      })
    : { events: [] };
  const [told] = events;
  return told
    ? readAnswer(request, told)
    : refuse('not-found', { detail: 'There is no such AuditEvent for this key.' });
}

/** `entity` as a reference: only patients are entities that have one here. */
function patientsAmongEntities(asked: Asked): string[] | null {
  return asked.references('entity', 'Patient')?.filter(isRowId) ?? null;
}

function studiesAsked(asked: Asked): string[] | null {
  const values = asked.values('entity:identifier');
  return (
    values &&
    values.map(tokenOf).flatMap(({ system, code }) => {
      const isUid = system === null || system === 'urn:dicom:uid';
      return isUid ? [code.replace(/^urn:oid:/, '')] : [];
    })
  );
}

function both(one: string[] | null, other: string[] | null): string[] | null {
  return one && other ? one.filter((id) => other.includes(id)) : (one ?? other);
}

function textOf({ occurredAt, id }: EventPlace): string {
  return `${occurredAt.getTime().toString(36)}.${id}`;
}

function placeOf(asked: Asked, text: string): EventPlace | null {
  const [time = '', id = ''] = text.split('.');
  const occurredAt = new Date(/^[0-9a-z]{1,10}$/.test(time) ? parseInt(time, 36) : Number.NaN);
  if (!Number.isNaN(occurredAt.getTime()) && occurredAt.getUTCFullYear() < 2200 && isRowId(id))
    return { occurredAt, id };
  asked.wrong('_after', 'It is not of a next link.');
  return null;
}
