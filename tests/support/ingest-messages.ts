import { readFileSync } from 'node:fs';
import type pg from 'pg';
import {
  destinationXml,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { addNumberedPatients } from './many-patients.ts';

// Reports of a busy archive: most are transfers of their own; one in twenty is sent again, one in twenty is of no transfer, one in fifty names
// a receiver whom nobody knows.

const benchPatients = 20_000;
const from = Date.UTC(2024, 0, 1);
const timeOf = (n: number) => new Date(from + n * 60_000).toISOString();
const numberOf = (n: number) => `B${1 + (n % benchPatients)}`;
const studyOf = (n: number) => `2.25.4${n}`;
/** Of one that is sent again: the message before it. */
const told = (n: number) => (n % 20 === 7 ? n - 1 : n);
const receiverOf = (n: number) => (n % 50 === 13 ? 'NOBODY_KNOWS' : 'NORTHLIGHT_AI');

export function xmlOf(at: number): string {
  const n = told(at);
  return messageXml({
    dateTime: timeOf(n),
    // Instances that somebody opened: no disclosure.
    ...(n % 20 === 3 ? { eventId: '110103' } : {}),
    participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', receiverOf(n))],
    objects: [patientXml(`${numberOf(n)}^^^RIVERBEND`, 'Okafor^Ines'), studyXml(studyOf(n))],
  });
}

const [event] = (
  JSON.parse(readFileSync('tests/fixtures/fhir/fhir-auditevent-bundle.json', 'utf8')) as {
    entry: { resource: object }[];
  }
).entry;
const eventText = JSON.stringify(event!.resource);

export function bundleOf(first: number, count: number): string {
  const entries = Array.from({ length: count }, (_, at) => {
    const n = told(first + at);
    const text = eventText
      .replace('2026-09-14T12:15:02.417Z', timeOf(n))
      .replace('rb000417', numberOf(n).toLowerCase())
      .replace('2.25.330051402881447811932157205713401276305', studyOf(n))
      .replaceAll('NORTHLIGHT_AI', receiverOf(n));
    return `{"resource":${text}}`;
  });
  return `{"resourceType":"Bundle","type":"collection","entry":[${entries.join(',')}]}`;
}

export function csvOf(first: number, count: number): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const n = told(first + at);
    return `${timeOf(n)},RIVERPACS,${numberOf(n)},RIVERBEND,${studyOf(n)},${receiverOf(n)},1.2.840.10008.5.1.4.1.1.2,120,${n % 20 === 3 ? 'failure' : 'success'}\r\n`;
  });
  return `event_time,source_ae,patient_id,issuer,study_uid,destination_ae,sop_class,instances,outcome\r\n${lines.join('')}`;
}

/** The patients whose numbers the messages have, none of them with a release yet. */
export async function addBenchPatients(client: pg.Client): Promise<void> {
  await addNumberedPatients(client, benchPatients);
  await client.query('vacuum analyze');
}
