import type { ActionFunctionArgs } from '@remix-run/node';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Item } from '#app/disclosures/ingest/delivery.ts';
import { IdempotencyKeyReused, takeIn, type IngestAnswer } from '#app/disclosures/ingest/intake.server.ts';
import { broughtFor } from '#app/disclosures/ingest/sources-of-key.ts';
import { takeInTogether } from '#app/disclosures/ingest/take-together.server.ts';
import { idempotencyKey, readBytes, type machineDoor } from './machine.server.ts';
import type { ProblemType } from './problem.server.ts';

/** A body that could be read as a whole. */
interface ReadBody {
  ok: true;
  items: Item[];
}

/** A way in for a body that holds one report or many, how it is read, and how it is answered. */
export interface PostedReports<Body extends ReadBody> {
  channel: 'csvHttp' | 'fhirHttp';
  mediaTypes: readonly string[];
  /** Said where the media type is another. */
  wrongType: string;
  /** Bytes; one more is read, so that the reader refuses what is longer, and what was read is kept. */
  bodyBytes: number;
  read: (bytes: Uint8Array) => Body | { ok: false; item: Item };
  /** What a reason of the reader is as a problem. */
  refusedAs: (reason: string | undefined) => ProblemType;
  /** Said where the reader gives no detail. */
  unreadable: string;
  answer: (taken: Omit<IngestAnswer, 'detail'>, body: Body, now: Date) => Response;
}

/**
 * Takes in what a program posted, all of it by the one path. A result an item; 4xx where the body as a whole cannot be read, which is kept
 * for staff all the same.
 */
export const takePosted =
  <Body extends ReadBody>(way: PostedReports<Body>) =>
  ({ context }: ActionFunctionArgs): Parameters<typeof machineDoor>[2] =>
  async ({ world, client, request, now, refuse }) => {
    const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!way.mediaTypes.includes(type)) return refuse('wrong-media-type', { detail: way.wrongType });
    const key = idempotencyKey(request);
    const { bytes } = await readBytes(request, way.bodyBytes + 1);
    const body = way.read(bytes);
    try {
      const carrier = {
        channel: way.channel,
        actor: { kind: 'machine' as const, id: client.id, name: client.name },
        now,
        idempotencyKey: key,
        bodySha256: sha256Hex(bytes),
        onError: context.logError,
      };
      const items = (body.ok ? body.items : [body.item]).map((item) => broughtFor(item, client.sources));
      const [first, ...others] = items;
      const isOne = first !== undefined && others.length === 0;
      const { detail, ...answer } = isOne
        ? await takeInTogether(world, carrier, first)
        : await takeIn(world, { ...carrier, items });
      if (body.ok) return way.answer(answer, body, now);
      const code = answer.results[0]?.reason;
      return refuse(way.refusedAs(code), { detail: detail ?? way.unreadable, code, ...answer });
    } catch (error) {
      if (!(error instanceof IdempotencyKeyReused)) throw error;
      return refuse('idempotency-key-reused', { detail: 'Use a new Idempotency-Key for a new body.' });
    }
  };
