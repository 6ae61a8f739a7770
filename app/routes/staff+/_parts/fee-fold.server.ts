import type { RequestEvent } from '#app/audit/audit.server.ts';
import type { World } from '#app/db/world.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { feeLaw, mayTakeFeeBack, type FeeGround } from '#app/requests/fees.ts';
import { isFeePaid } from '#app/requests/fee-payment.server.ts';
import { readFee, type ToldFee } from '#app/requests/fees.server.ts';
import { feeGroundsOf, isFreeList } from '#app/requests/free-of-charge.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { timeAskedFor } from '#app/requests/narrowing.ts';
import { toldTooLate } from '#app/requests/request-clock.ts';
import { feeToldAt } from '#app/requests/told-by-post.ts';
import { feeInWords } from '#app/web/present-request-file.server.ts';
import { dateInWords, dayOfInstantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';

export interface FeeFoldView {
  currency: string;
  /** Where access is free by law: on which grounds something may be asked all the same. Null: what the work costs may be asked. */
  grounds: readonly FeeGround[] | null;
  /** The first list in 12 months: nothing may be asked. */
  free: boolean;
  /** What the facility set for this kind, as somebody types it. */
  usual: string;
  told: {
    on: string;
    /** When staff entered it, facility-local, `YYYY-MM-DD`. */ onDay: string;
    /** By post: on which day; null: it is not posted; absent: it is read on a page. */
    postedOn?: string | null;
    amount: string;
    basis: string;
    choice: ToldFee['choice'];
    /** The shorter time that the patient asked for because of it, in words. */
    narrowedTo: { from: string; to: string } | null;
    mayTakeBack: boolean;
  } | null;
  /** Where the period runs from the payment, and it is not on record yet. */
  mayBePaid: boolean;
  /** Where the period runs from the payment. */
  begins: boolean;
  /** Whether the period runs anew from the payment: the cost was told, and in time. */
  paymentMoves: boolean;
}

/** What a request may cost, and what the patient was told; null for a kind that costs nothing. */
export async function feeFoldView(
  world: World,
  request: RequestDetail,
  { events, locale }: { events: readonly RequestEvent[]; locale: Locale },
): Promise<FeeFoldView | null> {
  const law = feeLaw(request.kind, request.ruleId);
  if (!law) return null;
  const [fees, told] = await Promise.all([settingNow(world.db, 'fees'), readFee(world, request.id)]);
  const begins = request.ruleId === 'uk.gdpr.art12a';
  const toldAt = told && feeToldAt(request, told.toldAt);
  const inWords = (at: Date) => dayOfInstantInWords(locale, at, request.timeZone);
  const usual = request.kind === 'accounting' ? fees.accountingCents : fees.accessCents;
  return {
    currency: fees.currency,
    free: law === 'hipaa' && request.kind === 'accounting' && (await isFreeList(world.db, request.id)),
    grounds: law === 'gdpr' ? await feeGroundsOf(world.db, request, request.id) : null,
    usual: usual === 0 || law === 'gdpr' ? '' : (usual / 100).toFixed(2),
    told: told && {
      onDay: localDate(told.toldAt, request.timeZone),
      on: inWords(told.toldAt),
      ...(toldAt?.getTime() === told.toldAt.getTime() ? {} : { postedOn: toldAt && inWords(toldAt) }),
      amount: feeInWords(told, locale),
      basis: told.basis,
      choice: told.choice,
      narrowedTo: narrowedSince(request, events, { told, locale }),
      mayTakeBack:
        request.status !== 'responded' &&
        request.status !== 'closed' &&
        mayTakeFeeBack(request.kind, told.choice),
    },
    mayBePaid: told?.choice === 'goOn' && begins && !(await isFeePaid(world.db, request, request.id)),
    begins,
    paymentMoves: toldAt !== null && !toldTooLate(request, toldAt),
  };
}

/** The time that the patient asks about since they were told this cost, where they made it shorter because of it. */
function narrowedSince(
  request: RequestDetail,
  events: readonly RequestEvent[],
  { told, locale }: { told: ToldFee; locale: Locale },
): { from: string; to: string } | null {
  const time = timeAskedFor(request);
  const isNarrowed = events.some(({ type, at }) => type === 'request.narrowed' && at >= told.toldAt);
  if (told.choice !== 'change' || !time || !isNarrowed) return null;
  return { from: dateInWords(locale, time.from), to: dateInWords(locale, time.to) };
}
