import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { machineScopes, type MachineScope } from '#app/people/can.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { builtRoutes } from '#tests/support/manifest.ts';
import { asMachine, expectProblem, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { somebody } from '#tests/support/world.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
interface Operation {
  operationId: string;
  security: { key?: string[] }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content: Record<string, { schema: JsonSchema }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

let site: Site;
let document: Document;
beforeAll(async () => {
  site = await startSite();
  document = (await site.ask('/api/v1/openapi.json')).json() as Document;
});
afterAll(() => site.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
const scopesOf = (operation: Operation) => operation.security.flatMap(({ key = [] }) => key);

/** What each operation is asked in this test: a call that succeeds, and one that it refuses. A new operation needs its line. */
const examples: Record<string, { good: string | Uint8Array; query?: string; bad: [string, number][] }> = {
  checkExport: {
    good: JSON.stringify({
      purpose: 'MLTRAINING',
      recipient: 'umbra',
      items: [
        { patientId: 'RB000417', issuer: 'RIVERBEND', studyUid: '2.25.1' },
        { patientId: 'nobody', issuer: 'RIVERBEND' },
      ],
    }),
    bad: [
      ['{}', 400],
      [' '.repeat(5_000_000), 413],
    ],
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
    good: JSON.stringify({ resourceType: 'AuditEvent', type: { code: '110114' } }),
    bad: [
      ['{"resourceType":"Patient"}', 400],
      ['['.repeat(90) + ']'.repeat(90), 422],
      [' '.repeat(8_500_000), 413],
    ],
  },
  reportAuditEventBundle: {
    good: JSON.stringify({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType: 'AuditEvent', type: { code: '110114' } } }],
    }),
    bad: [['{"resourceType":"Bundle","entry":[]}', 400]],
  },
  readDisclosures: {
    good: '',
    query: '?patientId=RB000417&issuer=RIVERBEND&from=2026-09-01&limit=1',
    bad: [],
  },
  countDeadline: { good: '', query: '?rule=hipaa.access&receivedAt=2026-01-15', bad: [] },
  countDeadlineWithEvents: {
    good: JSON.stringify({ rule: 'hipaa.access', receivedAt: '2026-01-15' }),
    bad: [
      ['{}', 400],
      [' '.repeat(300_000), 413],
    ],
  },
  readDocument: { good: '', bad: [] },
};

/** That an answer is one which the document foretells, in status, media type and shape. */
function expectForetold(operation: Operation, answer: Answer): void {
  const response = operation.responses[answer.status];
  expect(response, `${operation.operationId} does not say ${answer.status}`).toBeDefined();
  const type = answer.headers['content-type']?.split(';')[0] ?? '';
  const schema = response?.content[type]?.schema;
  expect(schema, `${operation.operationId} ${answer.status} ${type}`).toBeDefined();
  const reference = /^#\/components\/schemas\/(\w+)$/.exec(
    String((schema as { $ref?: string } | undefined)?.$ref),
  )?.[1];
  const shape = reference ? document.components.schemas[reference] : schema;
  const parsed = z.fromJSONSchema(shape as JsonSchema).safeParse(answer.json());
  expect(parsed.error?.issues ?? [], `${operation.operationId} ${answer.status}`).toEqual([]);
}

describe('the OpenAPI document', () => {
  it('is read without a key, as OpenAPI 3.1', async () => {
    const answer = await site.ask('/api/v1/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(document.openapi).toBe('3.1.0');
    expectProblem(await site.ask('/api/v1/openapi.json', { method: 'POST', body: '{}' }), 405);
  });

  it('has every call of the build, and no other', async () => {
    const built = (await builtRoutes())
      .filter(({ id, pattern }) => /^routes\/(api|fhir)\+\//.test(id) && pattern && !pattern.includes('*'))
      .map(({ pattern }) => (pattern ?? '').replace(/\/$/, '').replace(/:(\w+)/g, '{$1}'));
    expect(Object.keys(document.paths).sort()).toEqual(built.sort());
  });

  it('has every operation’s id once, an example here, and a scope that exists', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(Object.keys(examples).sort());
    for (const { operation } of operations())
      for (const scope of scopesOf(operation)) expect(machineScopes).toContain(scope);
  });
});

describe('what it says is what the doors do', () => {
  const keys = new Map<MachineScope | 'all', string>();
  beforeAll(async () => {
    for (const scope of [...machineScopes, 'all'] as const) {
      const { key } = await createMachineClient(site.world.db, {
        name: `document ${scope}`,
        scopes: scope === 'all' ? [...machineScopes] : [scope],
        actor: somebody,
        now: site.clock.now(),
      });
      keys.set(scope, key);
    }
  });

  const call = (path: string, operation: Operation, body: string | Uint8Array, key?: string) => {
    const type = Object.keys(operation.requestBody?.content ?? {})[0];
    return site.ask(
      path + (examples[operation.operationId]?.query ?? ''),
      type
        ? {
            ...asMachine(body, { type, key: key ?? '' }),
            ...(key ? {} : { headers: { 'Content-Type': type } }),
          }
        : { headers: key ? { Authorization: `Bearer ${key}` } : {} },
    );
  };

  it('without a key: 401, but for the document itself', async () => {
    for (const { path, operation } of operations()) {
      const answer = await call(path, operation, examples[operation.operationId]?.good ?? '');
      expect(answer.status, path).toBe(operation.security.length === 0 ? 200 : 401);
      expectForetold(operation, answer);
    }
  });

  it('with a key of each scope: 403 unless it is the one that the document names', async () => {
    for (const { path, operation } of operations().filter((one) => scopesOf(one.operation).length > 0)) {
      for (const scope of machineScopes) {
        const answer = await call(
          path,
          operation,
          examples[operation.operationId]?.good ?? '',
          keys.get(scope),
        );
        if (scopesOf(operation).includes(scope)) expect(answer.status, `${scope} ${path}`).toBeLessThan(300);
        else expect(answer.status, `${scope} ${path}`).toBe(403);
        expectForetold(operation, answer);
      }
    }
  });

  it('by another method: 405', async () => {
    for (const { path, method, operation } of operations()) {
      if (Object.keys(document.paths[path] ?? {}).length > 1) continue;
      const answer = await site.ask(path, method === 'GET' ? { method: 'POST', body: '' } : {});
      expect(answer.status, path).toBe(405);
      expectForetold(operation, answer);
    }
  });

  it('with a body that it refuses: the status and shape of the document', async () => {
    for (const { path, operation } of operations()) {
      for (const [body, status] of examples[operation.operationId]?.bad ?? []) {
        const answer = await call(path, operation, body, keys.get('all'));
        expect(answer.status, path).toBe(status);
        expectForetold(operation, answer);
      }
    }
  });
});
