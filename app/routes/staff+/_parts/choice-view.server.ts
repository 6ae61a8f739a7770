import type { Db } from '#app/db/client.server.ts';
import { companiesInWords, purposesInWords } from '#app/optouts/choice-words.ts';
import { optOutHistory } from '#app/optouts/optouts.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { Fact } from './request-view.server.ts';

export interface ChoiceView {
  /** The choice and its effect, in one sentence. */
  effect: string;
  facts: Fact[];
}

/** What a patient chose with this request and since when it counts; null for requests that choose nothing. */
export async function choiceView(db: Db, request: RequestDetail, locale: Locale): Promise<ChoiceView | null> {
  if (kindDefinition(request.kind).answer !== 'confirmation') return null;
  const words = wordsFor(locale);
  const isWithdrawal = request.kind === 'optOutWithdrawal';
  const withdrawn = isWithdrawal && kindDefinition('optOutWithdrawal').details.safeParse(request.details);
  const history = await optOutHistory(db, request.patientId);
  const no = history.find((one) =>
    withdrawn ? withdrawn.success && one.id === withdrawn.data.optOutId : one.requestId === request.id,
  );
  if (!no) throw new Error(`request ${request.reference} has no record of its choice`);

  const at = (instant: Date) => instantInWords(locale, instant, request.timeZone);
  const names = new Map((await allVendors(db)).map(({ id, name }) => [id, name]));
  const companies =
    no.vendorIds === 'all'
      ? 'all'
      : no.vendorIds.map((id) => names.get(id) ?? words('optOuts.companies.unnamed'));
  return {
    effect: no.withdrawnAt
      ? words(isWithdrawal ? 'staff.choice.takenBack' : 'staff.choice.noLongerInForce', {
          since: at(no.effectiveFrom),
          until: at(no.withdrawnAt),
        })
      : words('staff.choice.inForce', { since: at(no.effectiveFrom) }),
    facts: [
      {
        term: words('staff.choice.stops'),
        value: purposesInWords(words, no.purposes).join('; '),
      },
      { term: words('staff.choice.vendors'), value: companiesInWords(words, companies, locale) },
      {
        term: words('staff.choice.withoutName'),
        value: words(no.coversDeidentified ? 'staff.choice.withoutNameToo' : 'staff.choice.withNameOnly'),
      },
      {
        term: words('staff.choice.blocked'),
        value: no.lastBlockedAt
          ? words('staff.choice.blockedTimes', { count: no.blocked, last: at(no.lastBlockedAt) })
          : words('staff.choice.blockedNever'),
      },
    ],
  };
}
