import { Form } from '@remix-run/react';
import { AccountingView } from '#app/components/accounting-view.tsx';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { ListFormats } from '#app/components/list-formats.tsx';
import { useWords } from '#app/components/words.tsx';
import { Elements } from './elements.tsx';
import { GoingFiles } from './file-list.tsx';
import { filledKey, ReadyWords } from './ready-words.tsx';
import type { AnswerView, RequestView } from './request-view.server.ts';
import type { WorkProps } from './work.tsx';

/** An accounting on its way: nothing yet, a draft to review, or a draft that the ledger has overtaken. */
export function AccountingAnswer({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { answer, moves } = request;
  if (!answer) {
    return moves.includes('draftAnswer') ? (
      <FirstDraft request={request} mistakes={mistakes} />
    ) : (
      !request.withdrawn && <p>{words('staff.draft.none')}</p>
    );
  }
  return (
    <>
      <p>{words('staff.draft.at', { at: answer.draftedAt })}</p>
      {answer.ledgerChanges > 0 && (
        <Notice
          tone="soon"
          headingLevel={3}
          heading={words('staff.draft.changed', { count: answer.ledgerChanges })}
        >
          <p>{words('staff.draft.changedWhy')}</p>
        </Notice>
      )}
      {answer.timeChanged && (
        <Notice tone="soon" headingLevel={3} heading={words('staff.draft.timeChanged')}>
          <p>{words('staff.draft.timeChangedWhy')}</p>
        </Notice>
      )}
      <Elements elements={answer.elements} addressesUnknown={answer.addressesUnknown} />
      {answer.accounting && <Preview request={request} answer={answer} accounting={answer.accounting} />}
      <GoingFiles request={request} />
      {moves.includes('respond') && <Send request={request} answer={answer} mistakes={mistakes} />}
    </>
  );
}

function FirstDraft({ request, mistakes }: WorkProps) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack">
      <input type="hidden" name="version" value={request.version} />
      <p>{words('staff.draft.why')}</p>
      {mistakes.typed('note') && <input type="hidden" name="note" value={mistakes.typed('note')} />}
      <p>
        <Button name="intent" value="draft">
          {words('staff.draft.act')}
        </Button>
      </p>
    </Form>
  );
}

function Preview({
  request,
  answer,
  accounting,
}: {
  request: RequestView;
  answer: AnswerView;
  accounting: NonNullable<AnswerView['accounting']>;
}) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="preview">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h3 id="preview">{words('staff.preview.heading', { patient: request.patient })}</h3>
        <ButtonLink
          to={`/staff/requests/${request.id}/answer.pdf`}
          variant="plain"
          icon="download"
          reloadDocument
        >
          {words('staff.pdf.preview')}
        </ButtonLink>
      </div>
      <ListFormats to={`/staff/requests/${request.id}/list`} />
      <div className="border-rule border-s-4 ps-4 sm:ps-6">
        <AccountingView key={answer.draft} {...accounting} />
      </div>
    </section>
  );
}

/** Its key is the draft: another draft is another list to review, and no tick is carried over to it. */
function Send({ request, answer, mistakes }: WorkProps & { answer: AnswerView }) {
  const words = useWords();
  const overtaken = answer.ledgerChanges > 0 || answer.timeChanged;
  const lacking = answer.elements.some(({ missingIn }) => missingIn.length > 0);
  const errors = [mistakes.error('reviewed'), mistakes.error('elementsLookedFor')].filter(Boolean);
  return (
    <Form
      method="post"
      noValidate
      className="stack"
      key={`${request.version} ${answer.draft} ${filledKey(mistakes.typed('note'))}`}
    >
      <input type="hidden" name="version" value={request.version} />
      <h3>{words(overtaken ? 'staff.draft.again' : 'staff.send.heading')}</h3>
      <TextArea
        name="note"
        optional
        label={words('staff.note.label')}
        hint={words('staff.note.hint')}
        error={mistakes.error('note')}
        defaultValue={mistakes.typed('note') ?? answer.note ?? ''}
      />
      <ReadyWords templates={request.templates} uses={['granted', 'nothingToReport']} />
      {!overtaken && (
        <ChoiceGroup
          type="checkbox"
          name="reviewed"
          legend={words('staff.send.before')}
          error={errors.length > 0 ? errors.join(' ') : undefined}
          nameOf={(value) => value}
          chosen={[...(mistakes.chosen('reviewed') ?? []), ...(mistakes.chosen('elementsLookedFor') ?? [])]}
          choices={[
            { value: 'reviewed', label: words('staff.send.reviewed') },
            ...(lacking
              ? [
                  {
                    value: 'elementsLookedFor',
                    label: words('staff.send.lookedFor'),
                    hint: words('staff.send.lookedForHint'),
                  },
                ]
              : []),
          ]}
        />
      )}
      {!overtaken && <p className="text-muted">{words('staff.send.final')}</p>}
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        {!overtaken && (
          <Button name="intent" value="send">
            {words('staff.send.act')}
          </Button>
        )}
        <Button name="intent" value="draft" variant={overtaken ? 'act' : 'outline'}>
          {words('staff.draft.again')}
        </Button>
      </div>
    </Form>
  );
}
