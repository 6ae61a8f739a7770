import { OpenApiGeneratorV31, OpenAPIRegistry, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { callsAMinute, vendorScopes } from '#app/people/machine-keys.ts';
import { smartScopes } from '#app/people/smart-scopes.ts';
import type { MachineCall } from './calls/call.ts';
import { tokenPath } from './fhir/capability.ts';
import { fhirJson, operationOutcome } from './operation-outcome.ts';
import { problems, type ProblemType } from './problems.ts';

const problemSchema = z.looseObject({
  type: z.string().describe('A path under /problems/ that names the kind.'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What to do.'),
});

/** What any call can answer, and what one with a key can answer besides. */
const ofEveryCall: ProblemType[] = ['method-not-allowed', 'server-error', 'unavailable'];
const ofEveryKey: ProblemType[] = ['not-signed-in', 'key-in-address', 'scope-missing', 'too-many-requests'];

/** The OpenAPI 3.1 document of the calls. @param origin scheme and host of the site */
export function openApiDocument(calls: readonly MachineCall[], origin: string) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of the facility. It goes into the Authorization header, never into an address.',
  });
  registry.registerComponent('securitySchemes', 'token', {
    type: 'oauth2',
    description: 'A token of five minutes for an assertion that the program signed (SMART Backend Services).',
    flows: {
      clientCredentials: {
        tokenUrl: `${origin}${tokenPath}`,
        scopes: Object.fromEntries(
          smartScopes.map((scope) => [scope, 'c create, r read, s search of this resource']),
        ),
      },
    },
  });
  const { $schema: _, ...problemShape } = z.toJSONSchema(problemSchema);
  registry.registerComponent('schemas', 'Problem', problemShape as never);
  const { $schema: __, ...outcomeShape } = z.toJSONSchema(operationOutcome);
  registry.registerComponent('schemas', 'OperationOutcome', outcomeShape as never);
  for (const call of calls) {
    registry.registerPath({
      method: call.method === 'GET' ? 'get' : 'post',
      path: call.path,
      operationId: call.id,
      summary: call.summary,
      description: call.description,
      // Scopes of a key are roles in OpenAPI 3.1 (Security Requirement Object).
      security: call.scope
        ? [
            { key: [call.scope] },
            { token: [call.smart ? `system/${call.smart.resource}.${call.smart.act}` : call.scope] },
          ]
        : [],
      ...(call.scope ? { 'x-open-to-keys-of-companies': vendorScopes.includes(call.scope) } : {}),
      request: {
        ...(call.parameters?.path ? { params: call.parameters.path } : {}),
        ...(call.parameters?.query ? { query: call.parameters.query } : {}),
        ...(call.idempotent ? { headers: idempotencyKey } : {}),
        ...(call.body
          ? { body: { required: true, content: { [call.body.type]: { schema: call.body.schema } } } }
          : {}),
      },
      responses: responsesOf(call),
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Plainview machine API',
      version: '1',
      description: `Programs report transfers of images here, and ask before they send. Errors are problem details (RFC 9457), and under /fhir/ OperationOutcome resources. A key may make ${callsAMinute} calls a minute; 429 says in Retry-After how long to wait. No answer, or an answer other than "permit", means: do not send.`,
    },
    servers: [{ url: origin }],
  });
}

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7E]{1,200}$/)
    .optional(),
});

const retryAfter = z.object({ 'Retry-After': z.string().describe('Seconds to wait.') });

function responsesOf({ path, scope, answers, problems: own }: MachineCall): Record<string, ResponseConfig> {
  const responses: Record<string, ResponseConfig> = {};
  for (const [status, { description, schema, type = 'application/json' }] of Object.entries(answers))
    responses[status] = { description, content: { [type]: { schema } } };
  const kinds = [...new Set([...own, ...(scope ? ofEveryKey : []), ...ofEveryCall])];
  for (const status of new Set(kinds.map((kind) => problems[kind].status))) {
    const titles = kinds
      .filter((kind) => problems[kind].status === status)
      .map((kind) => problems[kind].title);
    responses[status] = {
      description: `${titles.join('. ')}.`,
      ...(status === problems['too-many-requests'].status ? { headers: retryAfter } : {}),
      content: errorContent(path),
    };
  }
  return responses;
}

function errorContent(path: string): NonNullable<ResponseConfig['content']> {
  return path.startsWith('/fhir/')
    ? { [fhirJson]: { schema: { $ref: '#/components/schemas/OperationOutcome' } } }
    : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}
