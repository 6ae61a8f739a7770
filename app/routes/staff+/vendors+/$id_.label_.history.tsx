import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { labelsMadeBy } from '#app/vendors/label.server.ts';
import { labelVersions } from '#app/vendors/published-labels.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { LabelChanges } from '../_parts/label-parts.tsx';
import { changesInWords, labelPlace } from '../_parts/label-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.see');
  const { vendor, at, timeZone, reader } = await labelPlace(args.params.id, visit);
  const { db } = visit.world;
  const versions = await labelVersions(db, vendor.id);
  const made = await labelsMadeBy(
    db,
    versions.map(({ id }) => id),
  );
  return {
    at,
    name: vendor.name,
    slug: vendor.slug,
    versions: versions.map(({ id, number, publishedAt, values }, index) => ({
      id,
      number,
      at: instantInWords(reader.locale, publishedAt, timeZone),
      by: made.get(id)?.by ?? '–',
      reason: made.get(id)?.reason ?? null,
      changes: changesInWords(versions[index + 1]?.values ?? {}, values, reader),
    })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.history.title', { values: { name: args.data?.name ?? '' } });

export default function LabelHistory() {
  const words = useWords();
  const { at, name, slug, versions } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: at, label: words('labels.staff.title', { name }) }}
        title={words('labels.history.title', { name })}
      />
      {versions.length === 0 && (
        <EmptyState title={words('labels.history.none')}>{words('labels.staff.none')}</EmptyState>
      )}
      {versions.map((version) => (
        <section key={version.id} className="stack" aria-labelledby={`version-${version.number}`}>
          <h2 id={`version-${version.number}`}>
            <Link to={`/vendors/${slug}/versions/${version.number}`} className="reach">
              {words('labels.page.versionCited', { slug, number: version.number })}
            </Link>
          </h2>
          <p>
            {words('labels.history.by', { at: version.at, name: version.by })}
            {version.reason && <span className="block wrap-anywhere">{version.reason}</span>}
          </p>
          <LabelChanges
            changes={version.changes}
            caption={words('labels.page.versionCited', { slug, number: version.number })}
          />
        </section>
      ))}
    </div>
  );
}
