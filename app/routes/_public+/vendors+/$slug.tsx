import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { LabelBar } from '#app/components/label-bar.tsx';
import { LabelLines } from '#app/components/label-card.tsx';
import { LabelParts } from '#app/components/label-parts.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { labelDifferences } from '#app/vendors/label.ts';
import { labelParts } from '#app/web/present-label.server.ts';
import { answersNow, canBeStopped, contractsInWords, vendorCard } from '#app/web/present-vendor.server.ts';
import { publicReader, publicVendor } from '#app/web/public-vendors.server.ts';
import { useSiteFrame } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';

/** Open to everybody: the label of one company. Nothing of any patient is in it. */
export async function loader(args: LoaderFunctionArgs) {
  const [reader, subject] = await Promise.all([publicReader(args), publicVendor(args)]);
  const { versions } = subject;
  return {
    ...vendorCard(subject, reader),
    isStoppable: canBeStopped(subject, reader),
    isPublished: versions.length > 0,
    parts: labelParts(answersNow(subject, reader), reader),
    contracts: contractsInWords(subject, reader),
    versions: versions.map(({ number, publishedAt, values }, index) => ({
      number,
      published: dayOfInstantInWords(reader.locale, publishedAt, reader.timeZone),
      changed:
        index + 1 < versions.length
          ? labelDifferences(versions[index + 1]?.values ?? {}, values).length
          : null,
    })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.page.title', { values: { name: args.data?.name ?? '' } });

export default function Company() {
  const words = useWords();
  const { slug, name, relationship, lines, completeness, foot, isStoppable, isPublished, parts, contracts } =
    useLoaderData<typeof loader>();
  const viewer = useSiteFrame()?.viewer;
  const mayFile = !viewer || viewer.role === 'patient';
  return (
    <div className="sections">
      <div className="stack gap-6">
        <PageHeader
          back={{ to: '/vendors', label: words('labels.list.title') }}
          title={name}
          lead={relationship}
        />
        <LabelLines lines={lines} />
        <LabelBar {...completeness} />
        <p className="text-note text-muted">{foot}</p>
        {!isPublished && <p>{words('labels.page.noLabel')}</p>}
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          {mayFile && isStoppable && (
            <ButtonLink to={`/opt-outs/new?company=${slug}`} icon="stop">
              {words('labels.page.sayNo')}
            </ButtonLink>
          )}
          <ButtonLink to={`/vendors/${slug}/questions`} variant="outline" icon="arrowRight" iconSide="end">
            {words('labels.page.questions')}
          </ButtonLink>
        </div>
      </div>
      <section className="stack gap-8" aria-labelledby="label">
        <div className="stack gap-2">
          <h2 id="label">{words('labels.page.whole')}</h2>
          <p className="text-muted">{words('labels.page.wholeLead')}</p>
        </div>
        <LabelParts parts={parts} />
      </section>
      <section className="stack" aria-labelledby="contracts">
        <h2 id="contracts">{words('labels.page.contracts')}</h2>
        {contracts.length === 0 ? (
          <p className="text-muted">{words('labels.page.contracts.none')}</p>
        ) : (
          <ul className="stack gap-2">
            {contracts.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
      </section>
      <Versions />
      {mayFile && (
        <p>
          <Link to={`/requests/new/question?company=${slug}&ask=wrong`} className="reach">
            {words('labels.page.wrong')}
          </Link>
        </p>
      )}
    </div>
  );
}

/** Every version there ever was, to be cited. */
function Versions() {
  const words = useWords();
  const { slug, versions } = useLoaderData<typeof loader>();
  if (versions.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="versions">
      <h2 id="versions">{words('labels.page.versions')}</h2>
      <p className="text-muted">{words('labels.page.versionsWhy')}</p>
      <ol className="border-rule border-t" reversed>
        {versions.map(({ number, published, changed }, index) => (
          <li
            key={number}
            className="border-rule grid gap-x-6 gap-y-0.5 border-b py-3 sm:grid-cols-[2fr_3fr]"
          >
            <span className="wrap-anywhere">
              <Link to={`/vendors/${slug}/versions/${number}`} className="reach font-semibold">
                {words('labels.page.versionCited', { slug, number })}
              </Link>
              {index === 0 && <span className="text-muted"> · {words('labels.page.versionNow')}</span>}
            </span>
            <span className="text-muted">
              {words('labels.page.published', { date: published })}
              {'. '}
              {changed === null
                ? words('labels.page.first')
                : words('labels.page.changed', { count: changed })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
