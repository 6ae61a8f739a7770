import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { channelKinds, type ChannelKind } from '#app/vendors/channels.ts';
import type { useMistakes } from '#app/web/mistakes.ts';

interface Channel {
  kind: ChannelKind;
  target: string;
  since: string;
  who: string;
}

/** How a company is told now. */
export function ChannelNow({ channel }: { channel: Channel | null }) {
  const words = useWords();
  if (!channel) return <p className="font-semibold">{words('vendorNotices.channel.none')}</p>;
  const { kind, target, since, who } = channel;
  return (
    <SummaryList
      rows={[
        {
          term: words(`vendorNotices.channel.${kind}`),
          value: <span className="break-all">{target}</span>,
        },
        {
          term: words('vendorNotices.channel.now'),
          value: words('vendorNotices.channel.since', { date: since, who }),
        },
      ]}
    />
  );
}

export function ChannelForm({
  channel,
  webhookHosts,
  mistakes,
}: {
  channel: Channel | null;
  webhookHosts: number;
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack max-w-2xl gap-y-6">
      <ChoiceGroup
        type="radio"
        name="kind"
        legend={words('vendorNotices.channel.kind')}
        error={mistakes.error('kind')}
        chosen={mistakes.chosen('kind') ?? channel?.kind}
        choices={channelKinds.map((value) => ({ value, label: words(`vendorNotices.channel.${value}`) }))}
      />
      <TextField
        name="target"
        width="full"
        autoComplete="off"
        spellCheck={false}
        label={words('vendorNotices.channel.target')}
        hint={words('vendorNotices.channel.targetHint', { hosts: webhookHosts })}
        error={mistakes.error('target')}
        defaultValue={mistakes.typed('target') ?? channel?.target}
      />
      <TextArea
        name="reason"
        rows={3}
        label={words('vendorNotices.channel.reason')}
        error={mistakes.error('reason')}
        defaultValue={mistakes.typed('reason')}
      />
      <p>
        <Button name="intent" value="channel">
          {words('vendorNotices.channel.save')}
        </Button>
      </p>
    </Form>
  );
}

interface SecretsProps {
  secrets: readonly { id: string; use: 'page' | 'signing'; made: string }[];
  mayManage: boolean;
  hasWebhook: boolean;
}

/** What is shared with a company, without its text: made anew, and ended. */
export function Secrets({ secrets, mayManage, hasWebhook }: SecretsProps) {
  const words = useWords();
  if (secrets.length === 0) return null;
  const signing = secrets.filter(({ use }) => use === 'signing');
  return (
    <section className="stack" aria-labelledby="secrets">
      <h2 id="secrets">{words('vendorNotices.secrets.title')}</h2>
      <p>{words('vendorNotices.secrets.lead')}</p>
      <ul className="border-rule max-w-measure border-t">
        {secrets.map(({ id, use, made }) => (
          <li
            key={id}
            className="border-rule flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b py-2"
          >
            <span>
              <span className="block font-semibold">{words(`vendorNotices.secrets.${use}`)}</span>
              <span className="text-note text-muted">
                {words('vendorNotices.secrets.made', { date: made })}
              </span>
            </span>
            {mayManage && use === 'signing' && signing.length > 1 && (
              <Form method="post">
                <input type="hidden" name="secret" value={id} />
                <Button name="intent" value="endSecret" variant="outline">
                  {words('vendorNotices.secrets.end')}
                  <span className="sr-only"> {made}</span>
                </Button>
              </Form>
            )}
          </li>
        ))}
      </ul>
      {mayManage && (
        <div className="flex flex-wrap gap-4">
          {(['page', ...(hasWebhook ? (['signing'] as const) : [])] as const).map((use) => (
            <Form key={use} method="post">
              <input type="hidden" name="use" value={use} />
              <Button name="intent" value="secret" variant="outline">
                {words(use === 'page' ? 'vendorNotices.secrets.newPage' : 'vendorNotices.secrets.newSigning')}
              </Button>
            </Form>
          ))}
        </div>
      )}
    </section>
  );
}
