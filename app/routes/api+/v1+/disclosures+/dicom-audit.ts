import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { limits } from '#app/disclosures/ingest/dicom-audit/refusal.ts';
import { IdempotencyKeyReused } from '#app/disclosures/ingest/delivery.ts';
import { dicomAuditItem } from '#app/disclosures/ingest/dicom-audit/item.ts';
import { broughtFor } from '#app/disclosures/ingest/sources-of-key.ts';
import { takeInTogether } from '#app/disclosures/ingest/take-together.server.ts';
import { dicomAuditCall } from '#app/web/calls/dicom-audit.ts';
import { idempotencyKey, machineDoor, readBytes } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';

const accepted = new Set(['application/xml', 'text/xml']);

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, dicomAuditCall, takeIn);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, dicomAuditCall, takeIn);
}

const takeIn: Parameters<typeof machineDoor>[2] = async ({ world, client, request, now }) => {
  const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!accepted.has(type))
    return problem('wrong-media-type', { detail: 'Send one AuditMessage as application/xml.' });
  const key = idempotencyKey(request);
  // One byte over the limit is read, so that the reader refuses it as too large, and what was read is kept.
  const { bytes } = await readBytes(request, limits.messageBytes + 1);
  try {
    const carrier = {
      channel: 'dicomAuditHttp' as const,
      actor: { kind: 'machine' as const, id: client.id, name: client.name },
      now,
      idempotencyKey: key,
    };
    const { detail, ...answer } = await takeInTogether(
      world,
      carrier,
      broughtFor(dicomAuditItem(bytes), client.sources),
    );
    const [result] = answer.results;
    if (result?.state !== 'rejected') return Response.json(answer, { status: 202 });
    return problem(result.reason === 'tooLarge' ? 'too-large' : 'message-refused', {
      detail: detail ?? 'The message cannot be read as an audit message. It is kept for staff.',
      code: result.reason,
      ...answer,
    });
  } catch (error) {
    if (!(error instanceof IdempotencyKeyReused)) throw error;
    return problem('idempotency-key-reused', { detail: 'Use a new Idempotency-Key for a new body.' });
  }
};
