import { expect } from 'vitest';
import { z } from 'zod';
import type { MachineScope } from '#app/people/can.ts';
import { sample } from '#tests/fixtures/dicom-audit/messages.ts';
import type { Answer } from './site.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

export interface Operation {
  operationId: string;
  security: { key?: MachineScope[] }[];
  /** Whether the program of a company may make this call, about its own company; absent where no key is needed. */
  'x-open-to-keys-of-companies'?: boolean;
  parameters?: { in: 'path' | 'query' | 'header'; name: string }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content: Record<string, { schema: JsonSchema }> }>;
}

export interface ApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

/** A path and a method of the document, and what the document says of them. */
export interface Call {
  path: string;
  method: string;
  operation: Operation;
  /** What a key must be allowed to do; null: it needs none. */
  scope: MachineScope | null;
}

export function callsOf(document: ApiDocument): Call[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
      scope: operation.security.flatMap(({ key = [] }) => key)[0] ?? null,
    })),
  );
}

export interface Expected {
  /** Its address, where it has a place for something. @param receiptId of a check that a key with the scope asked */
  path?: (receiptId: string) => string;
  /** Each call is kept, also one that reads. */
  isKept?: boolean;
  /** What a company’s own key is told that may make the call, but not about this. */
  toCompany?: [number, string];
  /** A question that is answered, with `query` in its address. */
  good: string | Uint8Array;
  query?: string;
  /** Of a call whose address has an id: the kind of row that it is of. */
  of?: 'optOut' | 'disclosure';
  /** How the program of a company that it does not concern is answered; 403 where it is not said. */
  asCompany?: 200 | 404;
  /** Bodies that it refuses, and how. */
  bad: [string, number][];
  /** Of a call without a key: what it says to a key in its address, which it does not need. */
  keyInAddress?: number;
  /** A question whose texts are put in the place of by hostile ones, one at a time; without it no more than `query` is. */
  hostile?: object;
  /** Fields that name a patient, a company or a purpose: with a hostile text there, the answer holds none of these words. */
  naming?: { fields: string[]; never: string };
}

const checks = (items: object[]) => ({ purpose: 'MLTRAINING', recipient: 'umbra', items });
const auditEvent = { resourceType: 'AuditEvent', type: { code: '110114' } };

/** What each operation of the document is asked. A new one needs its line. */
export const expectations: Record<string, Expected> = {
  checkExport: {
    good: JSON.stringify(
      checks([
        { patientId: 'RB000417', issuer: 'RIVERBEND', studyUid: '2.25.1' },
        { patientId: 'nobody', issuer: 'RIVERBEND' },
      ]),
    ),
    bad: [
      ['{}', 400],
      [' '.repeat(5_000_000), 413],
    ],
    hostile: checks([{ patientId: 'RB000417', issuer: 'RIVERBEND' }]),
    naming: { fields: ['purpose', 'recipient', 'patientId', 'issuer'], never: '"permit"' },
  },
  checkStudy: {
    good: '',
    path: () => '/api/v1/checks/study/2.25.1',
    query: '?patientId=RB000417&issuer=RIVERBEND&purpose=MLTRAINING&recipient=umbra',
    bad: [],
    isKept: true,
    naming: { fields: ['purpose', 'recipient', 'patientId', 'issuer'], never: 'permit' },
  },
  readReceipt: {
    good: '',
    path: (receiptId) => `/api/v1/checks/${receiptId}`,
    bad: [],
    toCompany: [404, 'not-found'],
  },
  readReceiptKeys: { good: '', bad: [], keyInAddress: 200 },
  filterCohort: {
    good: 'patient_id,issuer\nRB000417,RIVERBEND\n',
    query: '?purpose=MLTRAINING&recipient=umbra',
    bad: [
      ['', 422],
      ['patient_id\nRB000417\n', 422],
    ],
    naming: { fields: ['purpose', 'recipient'], never: 'RB000417' },
  },
  reportTransfer: {
    good: sample('01-dcm4chee-cmove-transferred.xml'),
    bad: [['<other/>', 422]],
  },
  reportTransfersAsCsv: {
    good: 'event_time,patient_id,destination_ae\n2026-09-14T08:15:02Z,RB000417,NORTHLIGHT_AI\n',
    bad: [
      ['a,b\n1,2\n', 422],
      [' '.repeat(8_500_000), 413],
    ],
  },
  reportAuditEvent: {
    good: JSON.stringify(auditEvent),
    bad: [
      ['{"resourceType":"Patient"}', 400],
      ['['.repeat(90) + ']'.repeat(90), 422],
      [' '.repeat(8_500_000), 413],
    ],
    hostile: auditEvent,
  },
  reportAuditEventBundle: {
    good: JSON.stringify({ resourceType: 'Bundle', entry: [{ resource: auditEvent }] }),
    bad: [['{"resourceType":"Bundle","entry":[]}', 400]],
    hostile: { resourceType: 'Bundle', entry: [{ resource: auditEvent }] },
  },
  readCapabilityStatement: { good: '', bad: [], keyInAddress: 200 },
  readSmartConfiguration: { good: '', bad: [], keyInAddress: 200 },
  searchConsents: {
    good: '',
    query: '?_count=5',
    bad: [],
    naming: { fields: ['patient.identifier', 'patient:identifier', 'patient'], never: '"Consent"' },
  },
  readConsent: { good: '', of: 'optOut', bad: [], asCompany: 404 },
  searchAuditEvents: {
    good: '',
    query: '?_count=5',
    bad: [],
    naming: { fields: ['patient.identifier', 'patient:identifier', 'patient'], never: '"AuditEvent"' },
    // Its own releases.
    asCompany: 200,
  },
  readAuditEvent: { good: '', of: 'disclosure', bad: [], asCompany: 404 },
  readDisclosures: {
    good: '',
    query: '?patientId=RB000417&issuer=RIVERBEND&from=2026-09-01&limit=1',
    bad: [],
    naming: { fields: ['patientId', 'issuer'], never: '"occurredAt"' },
  },
  countDeadline: {
    good: '',
    query: '?rule=hipaa.access&receivedAt=2026-01-15',
    bad: [],
    keyInAddress: 400,
  },
  countDeadlineWithEvents: {
    good: JSON.stringify({ rule: 'hipaa.access', receivedAt: '2026-01-15' }),
    bad: [
      ['{}', 400],
      [' '.repeat(300_000), 413],
    ],
    keyInAddress: 200,
    hostile: {
      rule: 'hipaa.access',
      receivedAt: '2026-01-15',
      timeZone: 'America/New_York',
      holidays: ['2026-01-19'],
      events: [{ type: 'extensionNotice', at: '2026-02-01' }],
      locale: 'en',
    },
  },
  readDocument: { good: '', bad: [], keyInAddress: 200 },
};

/** Of what is asked, texts that have done harm elsewhere. */
export const hostileTexts = [
  "' or '1'='1",
  'RB000417%',
  'ＲＢ000417',
  '../../etc/passwd',
  '\u0000',
  '\r\nX-Injected: yes',
  '__proto__',
  '{"not":""}',
  '<script>alert(1)</script>',
  '${7*7}',
  '0198a5c0-0000-7000-8000-000000000000',
  'x'.repeat(3_000),
  '',
];

/** The same question with something else in the place of one of its texts, each in turn. */
export function withOneReplaced(question: unknown, by: unknown): { at: string; question: unknown }[] {
  if (typeof question === 'string') return [{ at: '', question: by }];
  if (typeof question !== 'object' || question === null) return [];
  return Object.entries(question).flatMap(([name, value]) =>
    withOneReplaced(value, by).map(({ at, question: replaced }) => ({
      at: at === '' || /^\d+$/.test(at) ? name : at,
      question: Array.isArray(question)
        ? question.map((one: unknown, index) => (String(index) === name ? replaced : one))
        : { ...question, [name]: replaced },
    })),
  );
}

/** That an answer is one which the document foretells, in status, media type and shape. */
export function expectForetold({ components }: ApiDocument, operation: Operation, answer: Answer): void {
  const response = operation.responses[answer.status];
  expect(response, `${operation.operationId} does not say ${answer.status}`).toBeDefined();
  const type = answer.headers['content-type']?.split(';')[0] ?? '';
  const schema = response?.content[type]?.schema;
  expect(schema, `${operation.operationId} ${answer.status} ${type}`).toBeDefined();
  const reference = /^#\/components\/schemas\/(\w+)$/.exec(
    String((schema as { $ref?: string } | undefined)?.$ref),
  )?.[1];
  const shape = reference ? components.schemas[reference] : schema;
  const told = /^text\//.test(type) ? answer.text : answer.json();
  const parsed = z.fromJSONSchema(shape as JsonSchema).safeParse(told);
  expect(parsed.error?.issues ?? [], `${operation.operationId} ${answer.status}`).toEqual([]);
}
