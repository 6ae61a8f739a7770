import type { Person } from '#app/audit/actor.ts';
import type { Tx } from '#app/db/client.server.ts';
import {
  recordDenial,
  recordPermission,
  recordWithdrawal,
  type ChoiceRefusal,
} from '#app/optouts/optouts.server.ts';
import { oweEnd, oweRecall, oweStop, oweUntoldEnds } from '#app/optouts/vendor-notices/owe.server.ts';
import { oweEndOfYes } from '#app/optouts/vendor-notices/yes.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { kindDefinition, type RequestKind } from './kinds/registry.ts';

export type EffectRefusal = ChoiceRefusal | 'vendorUnknown';

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
      const { wordingVersion, act, replaces, ...choice } = kindDefinition(kind).details.parse(details);
      if (!(await areKnown(tx, choice.vendors))) return 'vendorUnknown';
      const record = act === 'permitted' ? recordPermission : recordDenial;
      const worded = { ...filing, wording: { version: wordingVersion, locale } };
      const done = await record(tx, worded, choice, replaces ?? null);
      const refusal = refusalIn(done);
      if (refusal !== null) return refusal;
      if (act === 'permitted') {
        if (replaces) await oweEndOfYes(tx, filing, replaces);
        await oweUntoldEnds(tx, filing);
        return null;
      }
      const { vendors } = choice;
      await oweStop(tx, filing, { optOutId: done, vendors });
      if (replaces) await oweEnd(tx, filing, replaces);
      return null;
    }
    case 'optOutWithdrawal': {
      const { wordingVersion, optOutId } = kindDefinition(kind).details.parse(details);
      const done = await recordWithdrawal(
        tx,
        { ...filing, wording: { version: wordingVersion, locale } },
        optOutId,
      );
      const refusal = refusalIn(done);
      if (refusal !== null) return refusal;
      const ended = await tx.optOut.findUniqueOrThrow({ where: { id: optOutId }, select: { act: true } });
      await (ended.act === 'permitted' ? oweEndOfYes : oweEnd)(tx, filing, optOutId);
      return null;
    }
    case 'recall': {
      const { vendors } = kindDefinition(kind).details.parse(details);
      if (!(await areKnown(tx, vendors))) return 'vendorUnknown';
      await oweRecall(tx, filing, vendors);
      return null;
    }
    case 'question': {
      const { vendors = [] } = kindDefinition(kind).details.parse(details);
      return (await areKnown(tx, vendors)) ? null : 'vendorUnknown';
    }
    default:
      return null;
  }
}

const refusals = {
  notFound: true,
  alreadyWithdrawn: true,
  purposeNotAsked: true,
  studyUnknown: true,
} satisfies Record<ChoiceRefusal, true>;

/** Why there is no record; null where there is its id. */
function refusalIn(done: string): ChoiceRefusal | null {
  return Object.hasOwn(refusals, done) ? (done as ChoiceRefusal) : null;
}

async function areKnown(tx: Tx, vendors: 'all' | string[]): Promise<boolean> {
  if (vendors === 'all') return true;
  return (await tx.vendor.count({ where: { id: { in: vendors } } })) === new Set(vendors).size;
}
