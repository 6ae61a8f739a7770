import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { ShownOnce } from '#app/components/shown-once.tsx';
import { Toast } from '#app/components/toast.tsx';
import { VendorNoticeTable } from '#app/components/vendor-notice-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { noticesOfVendor } from '#app/optouts/vendor-notices/reading.server.ts';
import { can } from '#app/people/can.ts';
import { channelKinds, longestTarget } from '#app/vendors/channels.ts';
import { channelOf, endSecret, makeSecret, setChannel } from '#app/vendors/channels.server.ts';
import { registeredVendor } from '#app/vendors/register.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import {
  notFound,
  requireFreshFactor,
  requireFreshFactorFor,
  requirePerson,
  rowId,
} from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { vendorNoticeLines } from '#app/web/present-vendor-notices.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { reasonField } from '../_parts/reason.ts';
import { lineField } from '../_parts/vendor-fields.ts';
import { ChannelForm, ChannelNow, Secrets } from '../_parts/vendor-channel.tsx';

const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({
      intent: z.literal('channel'),
      kind: z.enum(channelKinds, 'errors.choose'),
      target: lineField(longestTarget),
      reason: reasonField,
    }),
    z.strictObject({ intent: z.literal('secret'), use: z.enum(['page', 'signing'], 'errors.foreignField') }),
    z.strictObject({ intent: z.literal('endSecret'), secret: z.uuid('errors.foreignField') }),
  ],
  'errors.foreignField',
);

const dones = ['set', 'ended'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'vendors.see');
  const { db } = world;
  const vendor = await registeredVendor(db, rowId(args.params.id));
  if (!vendor) throw notFound();
  const [{ channel, secrets }, notices, { timeZone }] = await Promise.all([
    channelOf(db, vendor.id),
    noticesOfVendor(db, vendor.id),
    theFacility(db),
  ]);
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  const asked = new URL(args.request.url).searchParams.get('done');
  return {
    id: vendor.id,
    name: vendor.name,
    channel: channel && {
      kind: channel.kind,
      target: channel.target,
      since: day(channel.setAt),
      who: channel.setBy,
    },
    secrets: secrets.map(({ id, use, madeAt }) => ({ id, use, made: day(madeAt) })),
    notices: vendorNoticeLines(notices, { locale, timeZone, now }),
    webhookHosts: world.webhooks?.hosts.length ?? 0,
    mayManage: can(person.role, 'vendors.manage'),
    done: dones.find((one) => one === asked) ?? null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { world, person: actor } = visit;
  const vendorId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  const at = `/staff/vendors/${vendorId}/notices`;
  if (value.intent === 'channel') {
    const { kind, target, reason } = value;
    await requireFreshFactorFor(args, visit, { intent: 'channel', kind, target, reason });
    const set = await setChannel(world, { vendorId, kind, target, reason, actor });
    if (set.ok) return set.secrets.length > 0 ? data({ made: set.secrets }) : redirect(`${at}?done=set`);
    if (set.refusal === 'gone') throw notFound();
    const typed = { kind: [kind], target: [target], reason: [reason] };
    return set.refusal === 'nothingChanged'
      ? oneMistake('', 'errors.nothingChanged', { typed })
      : oneMistake('target', `errors.vendorChannel.${set.refusal}`, { typed });
  }
  requireFreshFactor(args, visit);
  if (value.intent === 'secret') {
    const made = await makeSecret(world, { vendorId, use: value.use, actor });
    if (made.ok) return data({ made: [made.made] });
    if (made.refusal === 'gone') throw notFound();
    return oneMistake('', 'errors.vendorChannel.tooMany', { status: 409 });
  }
  const ended = await endSecret(world, { vendorId, id: value.secret, actor });
  if (ended.ok) return redirect(`${at}?done=ended`);
  if (ended.refusal === 'gone') throw notFound();
  return oneMistake('', 'errors.vendorChannel.theLast', { status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'vendors.titleOf', { values: { name: args.data?.name ?? '' } });

export default function VendorNotices() {
  const words = useWords();
  const { id, name, channel, secrets, notices, webhookHosts, mayManage, done } =
    useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const made = answer && 'made' in answer ? answer.made : [];
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(`vendorNotices.channel.done.${done}`) : null} />
        <PageHeader
          back={{ to: `/staff/vendors/${id}`, label: name }}
          title={words('vendorNotices.channel.title')}
          lead={words('vendorNotices.channel.lead')}
        />
        {made.map(({ use, secret }) => (
          <ShownOnce key={use} label={words(`vendorNotices.secrets.${use}`)} secret={secret}>
            {words('vendorNotices.secrets.hand')}
          </ShownOnce>
        ))}
        <ChannelNow channel={channel} />
        {mayManage && <ChannelForm channel={channel} webhookHosts={webhookHosts} mistakes={mistakes} />}
      </div>
      <Secrets secrets={secrets} mayManage={mayManage} hasWebhook={channel?.kind === 'webhook'} />
      <section className="stack" aria-labelledby="notices">
        <h2 id="notices">{words('vendorNotices.title')}</h2>
        <VendorNoticeTable
          lines={notices}
          caption={words('vendorNotices.title')}
          empty={<p className="text-muted">{words('vendorNotices.none.vendor')}</p>}
        />
      </section>
    </div>
  );
}
