import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { recordProtocol, researchProtocols } from '#app/disclosures/research.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { factsOf, studySchema } from '../_parts/study-fields.server.ts';
import { StudyForm } from '../_parts/study-form.tsx';

/** The id of a study, or `new`. */
const idOf = (param: string | undefined) => (param === 'new' ? null : rowId(param));

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'research.manage');
  const id = idOf(args.params.id);
  const vendors = (await allVendors(world.db)).map((one) => ({ id: one.id, name: one.name }));
  if (id === null) return { vendors, version: 0, standing: {} as Record<string, string> };
  const study = (await researchProtocols(world.db)).find(({ protocolId }) => protocolId === id);
  if (!study) throw notFound();
  const { sponsor, researcher } = study;
  const standing: Record<string, string> = {
    name: study.name,
    description: study.description,
    criteria: study.criteria,
    dataSent: study.dataSent,
    firstOn: study.firstOn,
    lastOn: study.lastOn ?? '',
    people: `${study.people}`,
    vendor: study.vendorId ?? '',
    sponsorName: sponsor.name,
    sponsorAddress: sponsor.address,
    sponsorPhone: sponsor.phone,
    researcherName: researcher.name,
    researcherAddress: researcher.address,
    researcherPhone: researcher.phone,
    withdrawn: study.withdrawn ? 'yes' : '',
  };
  return { vendors, version: study.version, standing };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'research.manage');
  const id = idOf(args.params.id);
  const form = await readForm(args, { schema: studySchema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { version } = form.value;
  const done = await recordProtocol(world, person, {
    of: id === null ? null : { protocolId: id, version },
    facts: factsOf(form.value),
  });
  if (done.ok) throw redirect('/staff/disclosures/studies?done=saved');
  if (done.refusal === 'unknown') throw notFound();
  const typed = Object.fromEntries(
    Object.entries(form.value).map(([name, value]) => [name, value === undefined ? [] : [`${value}`]]),
  );
  if (done.refusal === 'lastBeforeFirst') return oneMistake('lastOn', 'errors.protocolDates', { typed });
  return oneMistake('', 'errors.changedMeanwhile', { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.studies.title');

export default function Study() {
  const words = useWords();
  const { vendors, version, standing } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/staff/disclosures/studies', label: words('ledger.studies.title') }}
        title={version === 0 ? words('ledger.studies.new') : (standing.name ?? '')}
      />
      <StudyForm standing={standing} version={version} vendors={vendors} mistakes={mistakes} />
    </div>
  );
}
