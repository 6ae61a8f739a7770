import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { templatesInUse } from '#app/facility/templates.server.ts';
import { requestKinds } from '#app/requests/kinds/registry.ts';
import { templateUsesOf } from '#app/requests/templates.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { locales } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale } = await requirePerson(args, 'settings.see');
  const words = wordsFor(locale);
  const inUse = await templatesInUse(world.db);
  return {
    kinds: requestKinds.map((kind) => ({
      kind,
      title: words(`requests.kind.${kind}`),
      uses: templateUsesOf(kind).map((use) => ({
        use,
        title: words(`settings.templates.use.${use}`),
        versions: locales.map((language) => ({
          language,
          version:
            inUse.find((one) => one.kind === kind && one.use === use && one.locale === language)?.version ??
            null,
        })),
      })),
    })),
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.templates.title');

export default function Templates() {
  const words = useWords();
  const { kinds, done } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done ? words('settings.saved') : null} />
        <PageHeader
          back={{ to: '/officer/settings', label: words('settings.title') }}
          title={words('settings.templates.title')}
          lead={words('settings.templates.lead')}
        />
      </div>
      {kinds.map(({ kind, title, uses }) => (
        <DataTable
          key={kind}
          caption={title}
          rows={uses}
          rowKey={({ use }) => use}
          columns={[
            {
              key: 'use',
              header: words('settings.templates.for'),
              rowHeader: true,
              cell: ({ title: use }) => use,
            },
            ...locales.map((language, at) => ({
              key: language,
              header: words(`settings.templates.locale.${language}`),
              cell: ({ use, title: useTitle, versions }: (typeof uses)[number]) => {
                const version = versions[at]?.version ?? null;
                return (
                  <Link to={`/officer/settings/templates/${kind}/${use}/${language}`} className="reach">
                    {version === null
                      ? words('settings.templates.write')
                      : words('settings.templates.version', { version })}
                    <span className="sr-only">
                      {`: ${title}, ${useTitle}, ${words(`settings.templates.locale.${language}`)}`}
                    </span>
                  </Link>
                );
              },
            })),
          ]}
        />
      ))}
    </div>
  );
}
