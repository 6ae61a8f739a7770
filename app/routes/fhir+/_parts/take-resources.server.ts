import type { ActionFunctionArgs } from '@remix-run/node';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { fhirLimits } from '#app/disclosures/ingest/fhir/limits.ts';
import { readFhirBody } from '#app/disclosures/ingest/fhir/read.ts';
import { IdempotencyKeyReused, takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { idempotencyKey, readBytes, type machineDoor } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';

const accepted = new Set(['application/fhir+json', 'application/json']);

/** Takes in AuditEvents that were posted, one or many. */
export const takeResources =
  ({ context }: ActionFunctionArgs): Parameters<typeof machineDoor>[2] =>
  async ({ world, client, request, now }) => {
    const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!accepted.has(type))
      return problem('wrong-media-type', { detail: 'Send FHIR R4 resources as application/fhir+json.' });
    const key = idempotencyKey(request);
    const { bytes } = await readBytes(request, fhirLimits.bodyBytes + 1);
    const body = readFhirBody(bytes);
    try {
      const { detail, ...answer } = await takeIn(world, {
        channel: 'fhirHttp',
        actor: { kind: 'machine', id: client.id, name: client.name },
        now,
        idempotencyKey: key,
        bodySha256: sha256Hex(bytes),
        onError: context.logError,
        items: body.ok ? body.items : [body.item],
      });
      if (body.ok) return Response.json(answer, { status: 202 });
      const code = answer.results[0]?.reason;
      return problem(code === 'tooLarge' || code === 'tooManyEntries' ? 'too-large' : 'message-refused', {
        detail: detail ?? 'The body cannot be read. It is kept for staff.',
        code,
        ...answer,
      });
    } catch (error) {
      if (!(error instanceof IdempotencyKeyReused)) throw error;
      return problem('idempotency-key-reused', { detail: 'Use a new Idempotency-Key for a new body.' });
    }
  };
