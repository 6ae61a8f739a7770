import type { Db, Tx } from '#app/db/client.server.ts';

export interface TrustedSenders {
  /** A source of which no certificate is trusted may be spoken for by whoever has one of our authority, or by nobody's proof. */
  maySpeak(auditSourceId: string | null, fingerprint: string | null): boolean;
}

export async function trustedSenders(db: Db): Promise<TrustedSenders> {
  const rows = await db.sourceSender.findMany({
    where: { trustedAt: { not: null } },
    select: { auditSourceId: true, fingerprint: true },
  });
  const trusted = new Map<string, Set<string>>();
  for (const { auditSourceId, fingerprint } of rows)
    trusted.set(auditSourceId, (trusted.get(auditSourceId) ?? new Set()).add(fingerprint));
  return {
    maySpeak: (auditSourceId, fingerprint) => {
      const those = auditSourceId === null ? undefined : trusted.get(auditSourceId);
      return !those || (fingerprint !== null && those.has(fingerprint));
    },
  };
}

/** Notes which certificate spoke for which sources, once each. */
export async function noteSenders(
  tx: Tx,
  { name, fingerprint }: { name: string | null; fingerprint: string | null },
  messages: readonly { auditSourceId: string | null }[],
  firstSeenAt: Date,
): Promise<void> {
  const sources = new Set(messages.flatMap(({ auditSourceId }) => auditSourceId ?? []));
  if (fingerprint === null || sources.size === 0) return;
  await tx.sourceSender.createMany({
    data: [...sources].map((auditSourceId) => ({
      auditSourceId,
      fingerprint,
      subject: name ?? '',
      firstSeenAt,
    })),
    skipDuplicates: true,
  });
}
