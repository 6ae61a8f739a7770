import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { AccountingLayer } from '#app/components/accounting-view.tsx';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { SelectField } from '#app/components/field.tsx';
import { ImagesMap } from '#app/components/images-map.tsx';
import { SentTimeline } from '#app/components/sent-timeline.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { alertsAbout } from '#app/disclosures/against-opt-out.server.ts';
import {
  correctedDisclosuresOf,
  disclosuresOfPatient,
  heldMessages,
} from '#app/disclosures/disclosures.server.ts';
import {
  choiceOf,
  chosenReleases,
  patientReleases,
  releaseUses,
  type PatientRelease,
} from '#app/disclosures/patient-releases.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { accountingRowView } from '#app/web/present-accounting.server.ts';
import { placeOfFacility } from '#app/web/present-complaint.server.ts';
import { againstNoView, recipientsView } from '#app/web/present-recipients.server.ts';
import { sentTimelineView } from '#app/web/present-sent-timeline.server.ts';
import { useMayFile } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { AgainstNo } from './_parts/against-no.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  const { world, person, patientId, locale, now } = visit;
  const { facility, ledger, corrected, records, rules, alerts } = await readingAs(
    visit,
    async ({ world: { db } }) => {
      const ledger = await disclosuresOfPatient(db, patientId, { now });
      return {
        ledger,
        alerts: await alertsAbout(
          db,
          ledger.map(({ id }) => id),
        ),
        corrected: await correctedDisclosuresOf(db, patientId, { now }),
        facility: await facilitySettings(db),
        records: await optOutRecordsOf(db, [patientId]),
        rules: await exportRulesOverTime(db),
      };
    },
  );
  // Of no patient yet: how many there are is the facility's figure.
  const unmatched = await heldMessages(world.db);
  if (!facility) throw new Error('the facility was never set up');
  const place = placeOfFacility(facility);
  const all = patientReleases(ledger, (instant) => localDate(instant, facility.timeZone), corrected, place);
  const asked = new URL(args.request.url).searchParams;
  const chosen = choiceOf(
    {
      from: asked.get('from'),
      to: asked.get('to'),
      company: asked.get('company'),
      use: asked.get('use'),
      layer: asked.get('list'),
    },
    all,
  );
  const releases = chosenReleases(all, chosen);

  const words = wordsFor(locale);
  const view = (layer: PatientRelease['layer']) =>
    releases
      .filter((one) => one.layer === layer)
      .map(({ row }) => accountingRowView(row, { place, words, locale }));
  const first = all.at(-1);
  const choices = records.get(patientId) ?? [];
  const reader = { locale, timeZone: facility.timeZone, now, rules };
  return {
    name: person.onBehalfOf?.name ?? person.name,
    place,
    facility: facility.name,
    years: [...new Set(all.map(({ year }) => year))],
    companies: [...new Map(all.map(({ ledger: { vendor } }) => [vendor.slug, vendor.name]))]
      .map(([slug, name]) => ({ slug, name }))
      .sort((a, b) => a.name.localeCompare(b.name, locale)),
    uses: releaseUses.filter((use) => all.some((one) => one.use === use)),
    chosen,
    isAll: Object.values(chosen).every((one) => one === null),
    count: new Set(releases.map(({ ledger: { vendor } }) => vendor.id)).size,
    since: first ? dateInWords(locale, first.row.occurredOn) : null,
    recipients: recipientsView(
      releases.map((one) => one.ledger),
      choices,
      reader,
    ),
    timeline: sentTimelineView(
      releases.map(({ row, use }) => ({ occurredOn: row.occurredOn, use })),
      locale,
    ),
    againstNo: againstNoView(ledger, choices, reader, alerts),
    requiredByLaw: view('law'),
    alsoShown: view('also'),
    unmatched,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.nav.disclosures');

export default function Disclosures() {
  const words = useWords();
  const {
    place,
    since,
    chosen,
    isAll,
    timeline,
    count,
    recipients,
    name,
    facility,
    requiredByLaw,
    alsoShown,
    unmatched,
    againstNo,
  } = useLoaderData<typeof loader>();
  const mayFile = useMayFile();
  const ask = mayFile && (
    <ButtonLink to="/requests/new/accounting" icon="arrowRight" iconSide="end">
      {words('site.start.list')}
    </ButtonLink>
  );
  if (since === null) {
    return (
      <div className="sections">
        <PageHeader title={words('site.nav.disclosures')} />
        <EmptyState title={words('patient.disclosures.none')} action={ask}>
          <p>{words('patient.disclosures.noneWhy')}</p>
        </EmptyState>
        <NotShown unmatched={unmatched} />
      </div>
    );
  }
  const lead = isAll
    ? words('patient.disclosures.lead', { count, date: since })
    : words('patient.disclosures.leadFiltered', { count });
  const stopped = recipients.filter((one) => one.stopped).length;
  return (
    <div className="sections">
      <PageHeader title={words('site.nav.disclosures')} lead={lead} action={ask} />
      <AgainstNo sent={againstNo} />
      <Filters />
      <section className="stack" aria-labelledby="map">
        <h2 id="map">{words('patient.map.heading')}</h2>
        <ImagesMap
          title={words('patient.map.title', { stopped })}
          scans={{ name: words('patient.map.scans'), detail: name }}
          facility={{ name: facility }}
          recipients={recipients}
        />
        {stopped > 0 && <p className="text-muted">{words('patient.map.stopNote')}</p>}
      </section>
      {timeline && (
        <section className="stack" aria-labelledby="when">
          <h2 id="when">{words('patient.disclosures.when')}</h2>
          <SentTimeline {...timeline} />
        </section>
      )}
      {chosen.layer !== 'also' && (
        <AccountingLayer which="law" place={place} rows={requiredByLaw} headingLevel={2} />
      )}
      {place === 'states' && chosen.layer !== 'law' && (
        <AccountingLayer which="also" place={place} rows={alsoShown} headingLevel={2} withBasis />
      )}
      <NotShown unmatched={unmatched} />
    </div>
  );
}

/** Folded until somebody looks for a part: the picture comes first. What was chosen stays in sight. */
function Filters() {
  const words = useWords();
  const { isAll } = useLoaderData<typeof loader>();
  return (
    <details open={!isAll || undefined}>
      <summary className="text-link w-fit py-2.5 font-semibold underline underline-offset-[0.17em]">
        {words('patient.disclosures.onlyPart')}
      </summary>
      <FilterForm />
      {!isAll && (
        <p className="mt-3">
          <Link to="/disclosures" className="reach">
            {words('patient.disclosures.everything')}
          </Link>
        </p>
      )}
    </details>
  );
}

/** Choices that go into the address: a link keeps what was chosen. */
function FilterForm() {
  const words = useWords();
  const { place, years, companies, uses, chosen } = useLoaderData<typeof loader>();
  return (
    <Form method="get" key={JSON.stringify(chosen)} className="mt-2 flex flex-wrap items-end gap-3">
      {(['from', 'to'] as const).map((end) => (
        <SelectField
          key={end}
          name={end}
          label={words(`patient.disclosures.year.${end}`)}
          defaultValue={chosen[end] ?? ''}
          width="date"
        >
          <option value="">{words('patient.disclosures.anyYear')}</option>
          {years.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </SelectField>
      ))}
      <SelectField
        name="company"
        label={words('patient.disclosures.company')}
        defaultValue={chosen.company ?? ''}
      >
        <option value="">{words('patient.disclosures.allCompanies')}</option>
        {companies.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        name="use"
        label={words('patient.disclosures.use')}
        defaultValue={chosen.use ?? ''}
        width="date"
      >
        <option value="">{words('patient.disclosures.allUses')}</option>
        {uses.map((use) => (
          <option key={use} value={use}>
            {words(`patient.use.${use}`)}
          </option>
        ))}
      </SelectField>
      {place === 'states' && (
        <SelectField
          name="list"
          label={words('patient.disclosures.list')}
          defaultValue={chosen.layer ?? ''}
          width="date"
        >
          <option value="">{words('patient.disclosures.bothLists')}</option>
          <option value="law">{words('patient.disclosures.lawList')}</option>
          <option value="also">{words('patient.disclosures.alsoList')}</option>
        </SelectField>
      )}
      <Button variant="outline">{words('patient.disclosures.show')}</Button>
    </Form>
  );
}

/** What the page cannot show, said as plainly as what it shows. */
function NotShown({ unmatched }: { unmatched: number }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="not-shown">
      <h2 id="not-shown">{words('patient.disclosures.notShown')}</h2>
      <p>{words('disclosures.accounting.unmatched.body', { count: unmatched })}</p>
      <p>{words('disclosures.accounting.limit')}</p>
    </section>
  );
}
