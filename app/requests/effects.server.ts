import type { Person } from '#app/audit/actor.ts';
import type { Tx } from '#app/db/client.server.ts';
import { recordDenial, recordWithdrawal, type WithdrawalRefusal } from '#app/optouts/optouts.server.ts';
import type { Locale } from '#app/words/locales.ts';
import type { RequestKind } from './kinds/kind.ts';
import { kindDefinition } from './kinds/registry.ts';

export type EffectRefusal = WithdrawalRefusal | 'vendorUnknown';

interface Filing {
  actor: Person;
  patientId: string;
  requestId: string;
  now: Date;
  locale: Locale;
  kind: RequestKind;
  details: unknown;
}

/** What filing a request does at once, inside its transaction, before anybody at the facility has looked at it. */
export async function effectOfFiling(
  tx: Tx,
  { kind, details, locale, ...filing }: Filing,
): Promise<EffectRefusal | null> {
  switch (kind) {
    case 'optOut': {
      const { wordingVersion, ...choice } = kindDefinition(kind).details.parse(details);
      if (!(await areKnown(tx, choice.vendors))) return 'vendorUnknown';
      await recordDenial(tx, { ...filing, wording: { version: wordingVersion, locale } }, choice);
      return null;
    }
    case 'optOutWithdrawal': {
      const { wordingVersion, optOutId } = kindDefinition(kind).details.parse(details);
      const done = await recordWithdrawal(
        tx,
        { ...filing, wording: { version: wordingVersion, locale } },
        optOutId,
      );
      return done === 'notFound' || done === 'alreadyWithdrawn' ? done : null;
    }
    case 'recall': {
      const { vendors } = kindDefinition(kind).details.parse(details);
      return (await areKnown(tx, vendors)) ? null : 'vendorUnknown';
    }
    default:
      return null;
  }
}

async function areKnown(tx: Tx, vendors: 'all' | string[]): Promise<boolean> {
  if (vendors === 'all') return true;
  return (await tx.vendor.count({ where: { id: { in: vendors } } })) === new Set(vendors).size;
}
