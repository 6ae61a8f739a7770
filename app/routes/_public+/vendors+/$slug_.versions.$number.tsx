import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { LabelBar } from '#app/components/label-bar.tsx';
import { LabelParts } from '#app/components/label-parts.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { notFound } from '#app/web/guard.server.ts';
import { completenessView, labelParts } from '#app/web/present-label.server.ts';
import { publicReader, publicVendor } from '#app/web/public-vendors.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords, localDate } from '#app/words/dates.ts';

/** A version of a label as it was when it was in force: it is cited by this address, and stays at it. */
export async function loader(args: LoaderFunctionArgs) {
  const [reader, { vendor, versions }] = await Promise.all([publicReader(args), publicVendor(args)]);
  const index = versions.findIndex(({ number }) => String(number) === args.params.number);
  const version = versions[index];
  if (!version) throw notFound();
  const next = versions[index - 1] ?? null;
  const { locale, timeZone } = reader;
  const then = next ? { ...reader, today: localDate(next.publishedAt, timeZone) } : reader;
  return {
    slug: vendor.slug,
    name: vendor.name,
    number: version.number,
    from: dayOfInstantInWords(locale, version.publishedAt, timeZone),
    until: next && dayOfInstantInWords(locale, next.publishedAt, timeZone),
    completeness: completenessView(version.values, then),
    parts: labelParts(version.values, then),
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.page.versionTitle', {
    values: { name: args.data?.name ?? '', number: args.data?.number ?? '' },
  });

export default function CompanyVersion() {
  const words = useWords();
  const { slug, name, number, from, until, completeness, parts } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack gap-6">
        <PageHeader
          back={{ to: `/vendors/${slug}`, label: name }}
          title={words('labels.page.versionTitle', { name, number })}
          lead={`${words('labels.page.versionCited', { slug, number })} · ${words('labels.page.published', { date: from })}`}
        />
        {until && (
          <Notice tone="soon" heading={words('labels.page.oldVersion')}>
            <p>{words('labels.page.oldVersionText', { from, until })}</p>
            <p>
              <Link to={`/vendors/${slug}`} className="reach">
                {words('labels.page.toNow')}
              </Link>
            </p>
          </Notice>
        )}
        <LabelBar {...completeness} />
      </div>
      <section className="stack gap-8" aria-labelledby="label">
        <h2 id="label">{words('labels.page.whole')}</h2>
        <LabelParts parts={parts} />
      </section>
    </div>
  );
}
