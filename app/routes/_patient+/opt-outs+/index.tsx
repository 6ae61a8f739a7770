import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { useMayFile } from '#app/web/site.ts';
import { chainsOfPatient } from '#app/web/present-vendor-chains.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { ChoiceCard } from '../_parts/choice-list.tsx';
import { choosing } from '../_parts/choosing-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  const { locale, now } = visit;
  const { facility, history, register, rows, studies, settings } = await choosing(visit);
  const chains = await readingAs(visit, (walled) => chainsOfPatient(walled, facility.timeZone, rows));
  const companies = new Map(register.map(({ id, name }) => [id, name]));
  const names = new Map(studies.map(({ uid, name }) => [uid, name]));
  const reader = { locale, timeZone: facility.timeZone, now, studies: names };
  const views = history.map((one) => ({
    ...optOutView(one, companies, reader),
    chains: chains.ofOptOut(one),
  }));
  return {
    inForce: views.filter((one) => one.withdrawnAt === null),
    withdrawn: views.filter((one) => one.withdrawnAt !== null),
    asked: purposesInWords(wordsFor(locale), settings.permission),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.nav.optOuts');

export default function OptOuts() {
  const words = useWords();
  const { inForce, withdrawn, asked } = useLoaderData<typeof loader>();
  const mayFile = useMayFile();
  const sayNo = mayFile && (
    <ButtonLink to="/opt-outs/new" icon="arrowRight" iconSide="end">
      {words('optOuts.new.link')}
    </ButtonLink>
  );
  return (
    <div className="sections">
      <PageHeader
        title={words('site.nav.optOuts')}
        lead={words('optOuts.list.lead', { count: inForce.length })}
        action={inForce.length > 0 ? sayNo : undefined}
      />
      {inForce.length === 0 ? (
        <EmptyState title={words('optOuts.list.empty')} action={sayNo}>
          <p>{words('optOuts.list.emptyWhy')}</p>
        </EmptyState>
      ) : (
        <section className="stack gap-y-10" aria-labelledby="in-force">
          <h2 id="in-force">{words('optOuts.list.inForce')}</h2>
          {inForce.map((choice) => (
            <ChoiceCard key={choice.id} choice={choice} mayFile={mayFile} chains={choice.chains} />
          ))}
        </section>
      )}
      {asked.length > 0 && (
        <section className="stack" aria-labelledby="asked">
          <h2 id="asked">{words('optOuts.list.asked')}</h2>
          <p>{words('optOuts.list.askedText')}</p>
          <ul className="grid list-disc gap-2 ps-5">
            {asked.map((purpose) => (
              <li key={purpose}>{purpose}</li>
            ))}
          </ul>
          <p>{words('optOuts.list.askedWins')}</p>
          {mayFile && (
            <p>
              <ButtonLink to="/opt-outs/new/purposes?say=yes" variant="outline">
                {words('optOuts.new.yesLink')}
              </ButtonLink>
            </p>
          )}
        </section>
      )}
      <section className="stack" aria-labelledby="how">
        <h2 id="how">{words('optOuts.list.how')}</h2>
        <p>{words('optOuts.list.howText')}</p>
        <p>{words('optOuts.list.told')}</p>
      </section>
      {withdrawn.length > 0 && (
        <section className="stack gap-y-10" aria-labelledby="withdrawn">
          <h2 id="withdrawn">{words('optOuts.list.withdrawn')}</h2>
          {withdrawn.map((choice) => (
            <ChoiceCard key={choice.id} choice={choice} mayFile={mayFile} chains={choice.chains} />
          ))}
        </section>
      )}
    </div>
  );
}
