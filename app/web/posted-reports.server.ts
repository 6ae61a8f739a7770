import type { ActionFunctionArgs } from '@remix-run/node';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Item } from '#app/disclosures/ingest/delivery.ts';
import { IdempotencyKeyReused, takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { idempotencyKey, readBytes, type machineDoor } from './machine.server.ts';
import { problem } from './problem.server.ts';

/** A way in for a body that holds one report or many, and how it is read. */
export interface PostedReports {
  channel: 'csvHttp' | 'fhirHttp';
  mediaTypes: readonly string[];
  /** Said where the media type is another. */
  wrongType: string;
  /** Bytes; one more is read, so that the reader refuses what is longer, and what was read is kept. */
  bodyBytes: number;
  read: (bytes: Uint8Array) => { ok: true; items: Item[] } | { ok: false; item: Item };
  /** Reasons of the reader that mean: too large. */
  tooLarge: readonly string[];
  /** Said where the reader gives no detail. */
  unreadable: string;
}

/**
 * Takes in what a program posted, all of it by the one path. 202 with a result an item; 4xx where the body as a whole cannot be read, which
 * is kept for staff all the same.
 */
export const takePosted =
  (way: PostedReports) =>
  ({ context }: ActionFunctionArgs): Parameters<typeof machineDoor>[2] =>
  async ({ world, client, request, now }) => {
    const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!way.mediaTypes.includes(type)) return problem('wrong-media-type', { detail: way.wrongType });
    const key = idempotencyKey(request);
    const { bytes } = await readBytes(request, way.bodyBytes + 1);
    const body = way.read(bytes);
    try {
      const { detail, ...answer } = await takeIn(world, {
        channel: way.channel,
        actor: { kind: 'machine', id: client.id, name: client.name },
        now,
        idempotencyKey: key,
        bodySha256: sha256Hex(bytes),
        onError: context.logError,
        items: body.ok ? body.items : [body.item],
      });
      if (body.ok) return Response.json(answer, { status: 202 });
      const code = answer.results[0]?.reason;
      return problem(code && way.tooLarge.includes(code) ? 'too-large' : 'message-refused', {
        detail: detail ?? way.unreadable,
        code,
        ...answer,
      });
    } catch (error) {
      if (!(error instanceof IdempotencyKeyReused)) throw error;
      return problem('idempotency-key-reused', { detail: 'Use a new Idempotency-Key for a new body.' });
    }
  };
