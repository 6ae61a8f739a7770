import type { Db } from '#app/db/client.server.ts';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { optOutHistory } from '#app/optouts/history.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { studyNames } from '#app/web/present-studies.server.ts';
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
export async function choiceView(
  db: Db,
  request: RequestDetail,
  { locale, now }: { locale: Locale; now: Date },
): Promise<ChoiceView | null> {
  if (kindDefinition(request.kind).answer !== 'confirmation') return null;
  const words = wordsFor(locale);
  const isWithdrawal = request.kind === 'optOutWithdrawal';
  const withdrawn = isWithdrawal && kindDefinition('optOutWithdrawal').details.safeParse(request.details);
  const [history, vendors, sent] = await Promise.all([
    optOutHistory(db, request.patientId),
    allVendors(db),
    disclosuresOfPatient(db, request.patientId, { now }),
  ]);
  const no = history.find((one) =>
    withdrawn ? withdrawn.success && one.id === withdrawn.data.optOutId : one.requestId === request.id,
  );
  if (!no) throw new Error(`request ${request.reference} has no record of its choice`);

  const at = (instant: Date) => instantInWords(locale, instant, request.timeZone);
  const view = optOutView(no, new Map(vendors.map(({ id, name }) => [id, name])), {
    locale,
    timeZone: request.timeZone,
    now,
    studies: studyNames(sent, locale),
  });
  const answer = view.isYes ? 'yes' : 'no';
  return {
    effect: effect(),
    facts: [
      {
        term: words(view.isYes ? 'staff.choice.allows' : 'staff.choice.stops'),
        value: view.purposes.join('; '),
      },
      { term: words('staff.choice.vendors'), value: view.companies },
      { term: words('optOuts.fact.studies'), value: view.studies.join('; ') },
      {
        term: words('staff.choice.withoutName'),
        value: words(no.coversDeidentified ? 'staff.choice.withoutNameToo' : 'staff.choice.withNameOnly'),
      },
      ...(view.endedBy === null ? [{ term: words('staff.choice.until'), value: until() }] : []),
      {
        term: words('optOuts.fact.version'),
        value: words('optOuts.fact.versionIs', { version: view.version }),
      },
      {
        term: words('staff.choice.blocked'),
        value: no.lastBlockedAt
          ? words('staff.choice.blockedTimes', { count: no.blocked, last: at(no.lastBlockedAt) })
          : words('staff.choice.blockedNever'),
      },
    ],
  };
  function until(): string {
    if (no!.endsAt) return at(no!.endsAt);
    return no!.mayEndAt
      ? words('staff.choice.mayEnd', { date: at(no!.mayEndAt) })
      : words('staff.choice.noEnd');
  }

  function effect(): string {
    const since = at(no!.effectiveFrom);
    if (view.endedBy === null || view.withdrawnAt === null)
      return words('staff.choice.inForce', { answer, since });
    const until = view.withdrawnAt;
    if (view.endedBy === 'ended') return words('staff.choice.ended', { answer, since, until });
    return words(isWithdrawal ? 'staff.choice.takenBack' : 'staff.choice.noLongerInForce', {
      answer,
      since,
      until,
    });
  }
}
