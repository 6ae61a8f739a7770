import { Form } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea } from '#app/components/field.tsx';
import { PageHeader, type PageHeaderProps } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { InvitationView, MadeInvitation } from './invitations.server.ts';

type Mistakes = ReturnType<typeof useMistakes>;

/** The field of an open invitation's own form, which shares its name with no other on the page. */
export const sheetCheckOf = (invitationId: string) => `check-${invitationId}`;

/** What is handed over: shown once, to be printed. @param children steps that come after the account is open */
export function MadeSheet({
  made,
  name,
  back,
  children,
}: {
  made: MadeInvitation;
  name: string;
  back: PageHeaderProps['back'];
  children?: ReactNode;
}) {
  const words = useWords();
  return (
    <div className="sections">
      <div className="stack">
        <PageHeader back={back} title={words('records.invite.sheetTitle', { name })} />
        <SummaryList
          rows={[
            {
              term: words('records.invite.code'),
              value: <strong className="text-h2 tracking-wider tabular-nums">{made.code}</strong>,
            },
            { term: words('records.invite.until'), value: made.until },
            { term: words('records.invite.where'), value: `${made.site}/sign-up` },
          ]}
        />
        <ol className="grid list-decimal gap-2 ps-5">
          <li>{words('records.invite.step1', { site: `${made.site}/sign-up` })}</li>
          <li>{words('records.invite.step2')}</li>
          <li>{words(made.withSheet ? 'records.invite.step3Sheet' : 'records.invite.step3')}</li>
          {children}
        </ol>
      </div>
      <p className="text-muted">{words('records.invite.once')}</p>
      {made.withSheet && <p className="no-print max-w-measure">{words('records.invite.sheetAsked')}</p>}
    </div>
  );
}

/** @param hasRecord false: of somebody whose address nobody has on record @param children fields that come first */
export function InvitationForm({
  mistakes,
  replaces,
  hasRecord = true,
  children,
}: {
  mistakes: Mistakes;
  replaces: boolean;
  hasRecord?: boolean;
  children?: ReactNode;
}) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack gap-y-6">
      <input type="hidden" name="intent" value="make" />
      {children}
      <ChoiceGroup
        type="radio"
        name="delivery"
        legend={words(hasRecord ? 'records.invite.delivery' : 'records.inviteActing.delivery')}
        error={mistakes.error('delivery')}
        choices={[
          { value: 'desk', label: words('records.invite.desk'), hint: words('records.invite.deskHint') },
          {
            value: 'post',
            label: words('records.invite.post'),
            hint: words(hasRecord ? 'records.invite.postHint' : 'records.inviteActing.postHint'),
          },
        ]}
        chosen={mistakes.typed('delivery')}
      />
      <ChoiceGroup
        type="checkbox"
        name="sheet"
        legend={words('records.invite.sheetTick')}
        choices={[
          {
            value: 'yes',
            label: words('records.invite.sheetNone'),
            hint: words('records.invite.sheetHint'),
          },
        ]}
        chosen={mistakes.typed('sheet')}
      />
      <TextArea
        name="identityCheck"
        rows={2}
        optional
        label={words('records.invite.checked')}
        hint={words('records.invite.checkedHint')}
        error={mistakes.error('identityCheck')}
        defaultValue={mistakes.typed('identityCheck')}
      />
      {replaces && <p>{words('records.invite.replaces')}</p>}
      <p>
        <Button>{words('records.invite.make')}</Button>
      </p>
    </Form>
  );
}

/** Codes that still work: each can be ended, and can be given a sheet. */
export function OpenInvitations({ open, mistakes }: { open: readonly InvitationView[]; mistakes: Mistakes }) {
  const words = useWords();
  if (open.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="open">
      <h2 id="open">{words('records.invite.openHeading')}</h2>
      {open.map((one) => (
        <div key={one.id} className="border-rule stack border-t pt-3">
          <Form method="post" className="flex flex-wrap items-center gap-4">
            <input type="hidden" name="intent" value="revoke" />
            <input type="hidden" name="invitation" value={one.id} />
            <span>
              {one.name && <strong className="block">{one.name}</strong>}
              {one.words}
              {one.sheet.said && <span className="text-muted block">{one.sheet.said}</span>}
            </span>
            <Button variant="outline">{words('records.invite.revoke')}</Button>
          </Form>
          {!one.sheet.waits && (
            <Form method="post" noValidate className="stack">
              <input type="hidden" name="intent" value="sheet" />
              <input type="hidden" name="invitation" value={one.id} />
              <TextArea
                name="identityCheck"
                id={sheetCheckOf(one.id)}
                rows={2}
                label={words('records.invite.checked')}
                error={mistakes.error(sheetCheckOf(one.id))}
              />
              <p>
                <Button variant="outline">
                  {words(one.sheet.made ? 'records.invite.sheetAgain' : 'records.invite.sheetAsk')}
                </Button>
              </p>
            </Form>
          )}
        </div>
      ))}
    </section>
  );
}
