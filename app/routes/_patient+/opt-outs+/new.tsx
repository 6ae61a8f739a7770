import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { ButtonLink } from '#app/components/button.tsx';
import { Icon, type IconName } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { T, useWords } from '#app/components/words.tsx';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { answerFields, type ChoiceAnswers } from '#app/optouts/choosing.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { mayAct } from '#app/people/can.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { person, patientId, now } = visit;
  const slug = new URL(args.request.url).searchParams.get('company');
  const register = slug ? await readingAs(visit, ({ world: { db } }) => allVendors(db)) : [];
  const company = register.find((one) => one.slug === slug);
  const about = company ? { name: company.name, to: firstQuestionAbout(company.slug) } : null;
  // Who may file but not see is not told who got the images, nor what was said before.
  if (!mayAct(person, 'ownRecords.see')) return { about, recipients: [], inForce: 0 };
  const { sent, history } = await readingAs(visit, async ({ world: { db } }) => ({
    sent: await disclosuresOfPatient(db, patientId, { now }),
    history: await optOutHistory(db, patientId),
  }));
  return {
    about,
    recipients: [...new Set(sent.map(({ vendor }) => vendor.name))].sort(),
    inForce: history.filter((one) => one.act === 'denied' && stillCounts(one, now)).length,
  };
}

/** Whoever comes from a company's page has answered which one; that can be changed on the way. */
function firstQuestionAbout(slug: string): string {
  const answers: ChoiceAnswers = { everything: 'choose', companies: 'some', company: [slug] };
  return `/opt-outs/new/purposes?${new URLSearchParams(answerFields(answers)).toString()}`;
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'optOuts.new.title');

export default function NewOptOut() {
  const words = useWords();
  const { about, recipients, inForce } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('optOuts.new.title')}
        lead={words('optOuts.new.lead')}
        back={{ to: '/opt-outs', label: words('site.nav.optOuts') }}
      />
      <div className="grid gap-8 sm:grid-cols-2">
        <Limits icon="stop" heading={words('optOuts.new.can')}>
          <li>{words('optOuts.new.canAi')}</li>
          <li>{words('optOuts.new.canResearch')}</li>
          <li>{words('optOuts.new.canSharing')}</li>
          <li>{words('optOuts.new.canFrom')}</li>
        </Limits>
        <Limits icon="info" heading={words('optOuts.new.cannot')}>
          <li>
            {words('optOuts.new.cannotRecall')}
            {recipients.length > 0 && (
              <>
                {' '}
                {words('optOuts.new.alreadyHave')}
                <ul className="mt-1 list-[circle] ps-5">
                  {recipients.map((name) => (
                    <li key={name}>{name}</li>
                  ))}
                </ul>
              </>
            )}
          </li>
          <li>{words('optOuts.new.cannotUntrain')}</li>
          <li>{words('optOuts.new.care')}</li>
          <li>{words('optOuts.new.careAi')}</li>
          <li>{words('optOuts.new.cannotLaw')}</li>
        </Limits>
      </div>
      <div className="stack">
        <p>{words('optOuts.new.free')}</p>
        {inForce > 0 && (
          <p>
            <T
              id="optOuts.new.already"
              values={{
                count: inForce,
                a: (text) => (
                  <Link to="/opt-outs" className="reach">
                    {text}
                  </Link>
                ),
              }}
            />
          </p>
        )}
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          {about && (
            <ButtonLink to={about.to} icon="arrowRight" iconSide="end">
              {words('optOuts.new.startAbout', { company: about.name })}
            </ButtonLink>
          )}
          <ButtonLink
            to="/opt-outs/new/everything"
            icon="arrowRight"
            iconSide="end"
            {...(about ? { variant: 'outline' } : {})}
          >
            {words(about ? 'optOuts.new.startAll' : 'optOuts.new.start')}
          </ButtonLink>
        </div>
      </div>
    </div>
  );
}

function Limits({ icon, heading, children }: { icon: IconName; heading: string; children: ReactNode }) {
  return (
    <section className="stack content-start">
      <h2 className="text-h3 flex gap-2.5">
        <Icon name={icon} className="text-act mt-1" />
        <span>{heading}</span>
      </h2>
      <ul className="grid list-disc gap-2 ps-5">{children}</ul>
    </section>
  );
}
