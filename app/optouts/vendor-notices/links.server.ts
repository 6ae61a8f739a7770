import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { World } from '#app/db/world.ts';
import { openSecrets } from '#app/vendors/channels.server.ts';
import type { Teller } from './answers.server.ts';

export interface NoticeLink {
  /** The notice that it opens: its own, or the one by which the company was asked anew because of the same choice. */
  noticeId: string;
  isAskedAnew: boolean;
  vendor: { id: string; name: string };
  acknowledged: boolean;
  /** `over`: too old, used, or nothing more is asked. */
  state: 'open' | 'over';
  teller: Teller;
}

/** The notice that a link leads to; null for what is no link of ours. */
export async function noticeOfLink({ db, clock }: World, token: string): Promise<NoticeLink | null> {
  const row = await db.vendorDelivery.findUnique({
    where: { tokenHash: sha256Hex(token) },
    select: {
      madeAt: true,
      expiresAt: true,
      noticeId: true,
      notice: {
        select: {
          ...{ kind: true, optOutId: true, vendorId: true },
          ...{ acknowledgedAt: true, answeredAt: true, closedAt: true },
        },
      },
    },
  });
  if (!row) return null;
  const { madeAt, expiresAt, noticeId, notice } = row;
  const [vendor, anew] = await Promise.all([
    db.vendor.findUniqueOrThrow({ where: { id: notice.vendorId }, select: { id: true, name: true } }),
    notice.closedAt && notice.optOutId && notice.kind === 'stop'
      ? db.vendorNotice.findFirst({
          where: { optOutId: notice.optOutId, vendorId: notice.vendorId, kind: 'stop', closedAt: null },
          select: { id: true, acknowledgedAt: true, answeredAt: true, closedAt: true },
        })
      : null,
  ]);
  const opened = anew ?? { ...notice, id: noticeId };
  const isUsed = [notice, opened].some(({ answeredAt }) => answeredAt !== null && answeredAt >= madeAt);
  return {
    noticeId: opened.id,
    isAskedAnew: anew !== null,
    vendor,
    acknowledged: opened.acknowledgedAt !== null,
    state: expiresAt <= clock() || opened.closedAt !== null || isUsed ? 'over' : 'open',
    teller: { actor: { kind: 'system', name: vendor.name }, byId: null, linkMadeAt: madeAt },
  };
}

/**
 * What a browser holds that showed the vendor's code at this link; null where the vendor has no code, so that nothing opens. It ends with
 * the code, and opens no other link.
 */
export async function proofOfCode(world: World, token: string, vendorId: string): Promise<string | null> {
  const [code] = await openSecrets(world, vendorId, 'page');
  return code === undefined ? null : proofFor(token, code);
}

/** The same of a code that somebody typed: spaces and small letters do not matter. */
export function proofFor(token: string, typed: string): string {
  return sha256Hex(`${token}:${typed.toUpperCase().replace(/[^0-9A-Z]/g, '')}`);
}
