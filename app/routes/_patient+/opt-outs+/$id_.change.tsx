import { redirect, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { answersOf } from '#app/optouts/choosing.ts';
import { notFound, requirePatient, rowId } from '#app/web/guard.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { addressFields } from '../_parts/answers-in-address.server.ts';
import { ChoiceFacts } from '../_parts/choice-list.tsx';
import { choosing } from '../_parts/choosing-view.server.ts';

/** A choice is never edited: from here the questions open with its answers, and what is sent takes its place. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { locale, now } = visit;
  const id = rowId(args.params.id);
  const { history, offered, register, studies, facility } = await choosing(visit);
  const one = history.find((choice) => choice.id === id);
  if (!one) throw notFound();
  // Taken back or changed already: its receipt says so.
  if (one.withdrawnAt) throw redirect(`/requests/${one.requestId}`);
  const { act, purposes, vendorIds: vendors, studyUids, coversDeidentified } = one;
  const choice = { purposes, vendors, studies: studyUids, coversDeidentified };
  const answers = { ...answersOf({ act, choice }, offered), replaces: id };
  return {
    choice: optOutView(one, new Map(register.map((vendor) => [vendor.id, vendor.name])), {
      locale,
      timeZone: facility.timeZone,
      now,
      studies: new Map(studies.map(({ uid, name }) => [uid, name])),
    }),
    query: new URLSearchParams(addressFields(answers)).toString(),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'optOuts.change.title');

export default function ChangeChoice() {
  const words = useWords();
  const { choice, query } = useLoaderData<typeof loader>();
  const first = choice.isYes ? 'purposes' : 'everything';
  return (
    <div className="sections">
      <div className="stack">
        <PageHeader
          title={words('optOuts.change.title')}
          lead={words('optOuts.change.lead')}
          back={{ to: '/opt-outs', label: words('site.nav.optOuts') }}
        />
        <ChoiceFacts choice={choice} />
      </div>
      <section className="stack" aria-labelledby="ways">
        <h2 id="ways">{words('optOuts.change.ways')}</h2>
        <p>{words('optOuts.change.anew')}</p>
        <p className="mt-2 flex flex-wrap gap-4">
          <ButtonLink to={`/opt-outs/new/check?${query}`} variant="outline">
            {words('optOuts.change.keep')}
          </ButtonLink>
          <ButtonLink to={`/opt-outs/new/${first}?${query}`} variant="outline">
            {words('optOuts.change.change')}
          </ButtonLink>
        </p>
      </section>
    </div>
  );
}
