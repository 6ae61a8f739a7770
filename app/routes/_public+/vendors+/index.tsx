import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { SelectField } from '#app/components/field.tsx';
import { LabelBar } from '#app/components/label-bar.tsx';
import { LabelCard } from '#app/components/label-card.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { vendorCard } from '#app/web/present-vendor.server.ts';
import { publicReader, publicVendors } from '#app/web/public-vendors.server.ts';
import { pageTitle } from '#app/web/title.ts';

const answers = ['yes', 'no', 'unknown'] as const;
const sorts = ['name', 'open'] as const;

/** What of the address is a choice; what is none is no choice. */
function chosenIn(request: Request) {
  const asked = new URL(request.url).searchParams;
  return {
    training: answers.find((one) => one === asked.get('training')) ?? null,
    optOut: answers.find((one) => one === asked.get('optOut')) ?? null,
    sort: sorts.find((one) => one === asked.get('sort')) ?? 'name',
  };
}

/** Open to everybody: what companies do with images, and what they have not told. Nothing of any patient is in it. */
export async function loader(args: LoaderFunctionArgs) {
  const [reader, vendors] = await Promise.all([publicReader(args), publicVendors(args)]);
  const chosen = chosenIn(args.request);
  const cards = vendors
    .map((one) => vendorCard(one, reader))
    .filter(
      ({ trains, honours }) =>
        (chosen.training === null || trains === chosen.training) &&
        (chosen.optOut === null || honours === chosen.optOut),
    );
  if (chosen.sort === 'open') cards.sort((a, b) => b.open - a.open);
  return { chosen, of: vendors.length, cards };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'labels.list.title');

export default function Companies() {
  const words = useWords();
  const { chosen, of, cards } = useLoaderData<typeof loader>();
  const isPart = chosen.training !== null || chosen.optOut !== null;
  return (
    <div className="sections">
      <PageHeader title={words('labels.list.title')} lead={words('labels.list.lead', { count: of })} />
      {of === 0 ? (
        <EmptyState title={words('labels.list.empty')}>{words('labels.list.emptyWhy')}</EmptyState>
      ) : (
        <div className="stack gap-6">
          <Filters />
          {isPart && (
            <p className="flex flex-wrap items-baseline gap-x-4">
              <span role="status">{words('labels.list.found', { count: cards.length })}</span>
              <Link to="/vendors" className="reach">
                {words('labels.list.all')}
              </Link>
            </p>
          )}
          {cards.length === 0 && (
            <EmptyState title={words('labels.list.none')}>{words('labels.list.noneWhy')}</EmptyState>
          )}
          {cards.map(({ slug, name, lines, completeness, foot, open }) => (
            <LabelCard
              key={slug}
              name={name}
              to={`/vendors/${slug}`}
              lines={lines}
              foot={
                <div className="grid gap-2">
                  <LabelBar {...completeness} />
                  <p>
                    {foot} · {words('labels.filter.open', { count: open })}
                  </p>
                </div>
              }
            />
          ))}
        </div>
      )}
      <section className="stack" aria-labelledby="how">
        <h2 id="how">{words('labels.list.how')}</h2>
        <p>{words('labels.list.howText')}</p>
        <p>{words('labels.list.howVoluntary')}</p>
      </section>
    </div>
  );
}

/** Choices that go into the address: a link keeps what was chosen. */
function Filters() {
  const words = useWords();
  const { chosen } = useLoaderData<typeof loader>();
  const isDefault = chosen.training === null && chosen.optOut === null && chosen.sort === 'name';
  return (
    <details open={!isDefault || undefined}>
      <summary className="text-link w-fit py-2.5 font-semibold underline underline-offset-[0.17em]">
        {words('labels.filter.only')}
      </summary>
      <Form method="get" key={JSON.stringify(chosen)} className="mt-2 flex flex-wrap items-end gap-4">
        {(['training', 'optOut'] as const).map((name) => (
          <SelectField
            key={name}
            name={name}
            width="date"
            label={words(`labels.filter.${name}`)}
            defaultValue={chosen[name] ?? ''}
          >
            <option value="">{words('labels.filter.any')}</option>
            {answers.map((answer) => (
              <option key={answer} value={answer}>
                {words(`labels.filter.${answer}`)}
              </option>
            ))}
          </SelectField>
        ))}
        <SelectField name="sort" width="date" label={words('labels.filter.sort')} defaultValue={chosen.sort}>
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {words(`labels.filter.sort.${sort}`)}
            </option>
          ))}
        </SelectField>
        <Button variant="outline">{words('labels.filter.show')}</Button>
      </Form>
    </details>
  );
}
