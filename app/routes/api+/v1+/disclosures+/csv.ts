import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { csvLimits } from '#app/disclosures/ingest/csv/limits.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { IdempotencyKeyReused, takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { csvCall } from '#app/web/calls/csv.ts';
import { idempotencyKey, machineDoor, readBytes } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, csvCall, takeLines(args));
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, csvCall, takeLines(args));
}

const takeLines =
  ({ context }: ActionFunctionArgs): Parameters<typeof machineDoor>[2] =>
  async ({ world, client, request, now }) => {
    const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (type !== 'text/csv')
      return problem('wrong-media-type', { detail: 'Send lines of transfers as text/csv.' });
    const key = idempotencyKey(request);
    const { bytes } = await readBytes(request, csvLimits.bodyBytes + 1);
    const body = readCsvBody(bytes);
    try {
      const { detail, ...answer } = await takeIn(world, {
        channel: 'csvHttp',
        actor: { kind: 'machine', id: client.id, name: client.name },
        now,
        idempotencyKey: key,
        bodySha256: sha256Hex(bytes),
        onError: context.logError,
        items: body.ok ? body.items : [body.item],
      });
      if (body.ok) return Response.json(answer, { status: 202 });
      const code = answer.results[0]?.reason;
      return problem(code === 'tooLarge' || code === 'tooManyLines' ? 'too-large' : 'message-refused', {
        detail: detail ?? 'The file cannot be read. It is kept for staff.',
        code,
        ...answer,
      });
    } catch (error) {
      if (!(error instanceof IdempotencyKeyReused)) throw error;
      return problem('idempotency-key-reused', { detail: 'Use a new Idempotency-Key for a new body.' });
    }
  };
