import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { Document } from './correspondence.tsx';
import { FeeFold } from './fee-fold.tsx';
import { Fold, Plain } from './move-fold.tsx';
import { ReceivedFold } from './received-fold.tsx';
import { TheirWordFold } from './their-word-fold.tsx';
import { filledKey, ReadyWords } from './ready-words.tsx';
import type { WorkProps } from './work.tsx';

/** The other things that may be done to a request now, each closed until somebody wants it or it came back with a mistake. */
export function OtherMoves({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { moves, extension, version } = request;
  if (!request.open)
    return (
      <>
        <AfterTheEnd request={request} mistakes={mistakes} />
        {request.theirWords.length > 0 && (
          <section className="stack" aria-labelledby="their-word">
            <h2 id="their-word">{words('desk.word')}</h2>
            <TheirWordFold request={request} mistakes={mistakes} />
          </section>
        )}
      </>
    );
  return (
    <section className="stack" aria-labelledby="others">
      <h2 id="others">{words('desk.others')}</h2>
      <div className="border-rule divide-rule divide-y border-y">
        {moves.includes('askIdentity') && (
          <Fold title={words('desk.askIdentity')}>
            <Plain version={version} intent="askIdentity" act={words('desk.askIdentityAct')}>
              <p>{words(request.readOnline ? 'desk.askIdentityWhy' : 'desk.askIdentityByPost')}</p>
            </Plain>
          </Fold>
        )}
        {moves.includes('confirmIdentity') && (
          <Fold title={words('desk.confirmIdentity')} open>
            <Plain version={version} intent="confirmIdentity" act={words('desk.confirmIdentityAct')}>
              <p>{words('desk.confirmIdentityWhy')}</p>
              <CameOn request={request} mistakes={mistakes} />
            </Plain>
          </Fold>
        )}
        {moves.includes('refuseIdentity') && (
          <Fold title={words('desk.unproved')} open={mistakes.typed('unproved') !== undefined}>
            <Plain
              key={filledKey(mistakes.typed('unproved'))}
              version={version}
              intent="refuseIdentity"
              act={words('desk.unprovedAct')}
            >
              <p>{words('desk.unprovedWhy')}</p>
              <TextArea
                name="unproved"
                rows={4}
                label={words('desk.unprovedText')}
                hint={words('desk.unprovedHint')}
                error={mistakes.error('unproved')}
                defaultValue={mistakes.typed('unproved')}
              />
              <ReadyWords templates={request.templates} uses={['denied']} />
            </Plain>
          </Fold>
        )}
        {moves.includes('goOn') && (
          <Fold
            title={words('desk.goOn')}
            open={mistakes.typed('goOnReason') !== undefined || mistakes.error('cameOn') !== undefined}
          >
            <Plain version={version} intent="goOn" act={words('desk.goOnAct')}>
              <TextArea
                name="goOnReason"
                rows={3}
                label={words('records.reason.label')}
                hint={words('desk.goOnHint')}
                error={mistakes.error('goOnReason')}
                defaultValue={mistakes.typed('goOnReason')}
              />
              <CameOn request={request} mistakes={mistakes} />
            </Plain>
          </Fold>
        )}
        <Fold
          title={words('desk.extend')}
          open={Boolean(
            mistakes.error('extendReason') ?? mistakes.error('newDueOn') ?? mistakes.typed('extendReason'),
          )}
        >
          {extension.not ? (
            <p>{extension.not}</p>
          ) : (
            <Plain
              key={filledKey(mistakes.typed('extendReason'))}
              version={version}
              intent="extend"
              act={words('desk.extendAct')}
            >
              <p>{words('desk.extendWhy', { date: extension.longestInWords })}</p>
              <TextArea
                name="extendReason"
                rows={4}
                label={words('desk.extendReason')}
                hint={words('desk.extendReasonHint')}
                error={mistakes.error('extendReason')}
                defaultValue={mistakes.typed('extendReason')}
              />
              <ReadyWords templates={request.templates} uses={['extension']} />
              <TextField
                name="newDueOn"
                type="date"
                width="date"
                min={extension.first}
                max={extension.longest}
                autoComplete="off"
                label={words('desk.extendTo')}
                error={mistakes.error('newDueOn')}
                defaultValue={mistakes.typed('newDueOn') ?? extension.longest}
              />
              <p className="border-act border-s-4 ps-4">{words('desk.extendReads')}</p>
            </Plain>
          )}
        </Fold>
        {moves.includes('correctReceived') && <ReceivedFold request={request} mistakes={mistakes} />}
        {request.theirWords.length > 0 && <TheirWordFold request={request} mistakes={mistakes} />}
        {request.fee && <FeeFold request={request} mistakes={mistakes} fee={request.fee} />}
        {moves.includes('markDuplicate') && (
          <Fold
            title={words('desk.duplicate')}
            open={Boolean(
              mistakes.error('duplicateReason') ??
              mistakes.error('twin') ??
              mistakes.typed('duplicateReason'),
            )}
          >
            <Plain version={version} intent="markDuplicate" act={words('desk.duplicateAct')}>
              <p>{words('desk.duplicateWhy')}</p>
              <TextField
                name="twin"
                width="code"
                autoComplete="off"
                label={words('desk.twin')}
                hint={words('desk.twinHint')}
                error={mistakes.error('twin')}
                defaultValue={mistakes.typed('twin')}
              />
              <TextArea
                name="duplicateReason"
                rows={3}
                label={words('desk.duplicateReason')}
                hint={words('desk.duplicateHint')}
                error={mistakes.error('duplicateReason')}
                defaultValue={mistakes.typed('duplicateReason')}
              />
            </Plain>
          </Fold>
        )}
      </div>
    </section>
  );
}

/** When it came, where somebody enters it later: the clock goes on from then. */
function CameOn({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { askedOn, firstOn, today } = request.came;
  return (
    <TextField
      name="cameOn"
      type="date"
      width="date"
      min={askedOn ?? undefined}
      max={today}
      autoComplete="off"
      label={words('desk.cameOn')}
      hint={words(firstOn ? 'desk.cameOnFirst' : 'desk.cameOnHint')}
      error={mistakes.error('cameOn')}
      defaultValue={mistakes.typed('cameOn') ?? firstOn ?? ''}
    />
  );
}

/** What may still be done with a request that is over. */
function AfterTheEnd({ request, mistakes }: WorkProps) {
  if (request.moves.includes('undoDuplicate')) return <NotTheSame request={request} mistakes={mistakes} />;
  return request.mayDisagree ? <Disagreement request={request} mistakes={mistakes} /> : null;
}

/** A patient's statement that came on paper: 45 CFR 164.526(d)(2). */
function Disagreement({ request, mistakes }: WorkProps) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="others">
      <h2 id="others">{words('desk.others')}</h2>
      <Fold
        title={words('desk.disagree')}
        open={Boolean(
          mistakes.error('statement') ?? mistakes.error('statementDocument') ?? mistakes.typed('statement'),
        )}
      >
        <Form
          method="post"
          encType="multipart/form-data"
          noValidate
          className="stack"
          key={request.around.messages.length}
        >
          <input type="hidden" name="version" value={request.version} />
          <input type="hidden" name="submissionKey" value={request.around.keys.message} />
          <p>{words('desk.disagreeWhy')}</p>
          <TextArea
            name="statement"
            rows={6}
            label={words('desk.disagreeText')}
            hint={words('desk.disagreeHint')}
            error={mistakes.error('statement')}
            defaultValue={mistakes.typed('statement')}
          />
          <Document
            id="statementDocument"
            accept={request.accept}
            error={mistakes.error('statementDocument')}
          />
          <p>
            <Button name="intent" value="disagree" variant="outline">
              {words('desk.disagreeAct')}
            </Button>
          </p>
        </Form>
      </Fold>
    </section>
  );
}

/** The way back for one that was closed as the same as another. */
function NotTheSame({ request, mistakes }: WorkProps) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="others">
      <h2 id="others">{words('desk.others')}</h2>
      <Fold
        title={words('desk.undoDuplicate')}
        open={Boolean(mistakes.error('undoReason') ?? mistakes.typed('undoReason'))}
      >
        <Plain version={request.version} intent="undoDuplicate" act={words('desk.undoDuplicateAct')}>
          <p>{words('desk.undoDuplicateWhy')}</p>
          <TextArea
            name="undoReason"
            rows={3}
            label={words('records.reason.label')}
            error={mistakes.error('undoReason')}
            defaultValue={mistakes.typed('undoReason')}
          />
        </Plain>
      </Fold>
    </section>
  );
}

/** Whose request it is. */
export function Owner({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { colleagues, assigneeId } = request.around;
  return (
    <Form
      method="post"
      noValidate
      key={assigneeId ?? ''}
      className="flex flex-wrap items-end gap-x-4 gap-y-2"
    >
      <input type="hidden" name="version" value={request.version} />
      <div className="min-w-48 flex-1">
        <SelectField
          name="assignee"
          width="full"
          label={words('staff.column.owner')}
          error={mistakes.error('assignee')}
          defaultValue={assigneeId ?? ''}
          autoComplete="off"
        >
          <option value="">{words('staff.owner.nobody')}</option>
          {colleagues.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Button name="intent" value="assign" variant="outline">
        {words('desk.assign')}
      </Button>
    </Form>
  );
}
