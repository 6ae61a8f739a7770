import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { FeeFold } from './fee-fold.tsx';
import { Fold, Plain } from './move-fold.tsx';
import type { WorkProps } from './work.tsx';

/** The other things that may be done to a request now, each closed until somebody wants it or it came back with a mistake. */
export function OtherMoves({ request, mistakes }: WorkProps) {
  const words = useWords();
  const { moves, extension, version } = request;
  return (
    <section className="stack" aria-labelledby="others">
      <h2 id="others">{words('desk.others')}</h2>
      <div className="border-rule divide-rule divide-y border-y">
        {moves.includes('askIdentity') && (
          <Fold title={words('desk.askIdentity')}>
            <Plain version={version} intent="askIdentity" act={words('desk.askIdentityAct')}>
              <p>{words('desk.askIdentityWhy')}</p>
            </Plain>
          </Fold>
        )}
        {moves.includes('confirmIdentity') && (
          <Fold title={words('desk.confirmIdentity')} open>
            <Plain version={version} intent="confirmIdentity" act={words('desk.confirmIdentityAct')}>
              <p>{words('desk.confirmIdentityWhy')}</p>
            </Plain>
          </Fold>
        )}
        {moves.includes('goOn') && (
          <Fold title={words('desk.goOn')} open={mistakes.typed('goOnReason') !== undefined}>
            <Plain version={version} intent="goOn" act={words('desk.goOnAct')}>
              <TextArea
                name="goOnReason"
                rows={3}
                label={words('records.reason.label')}
                hint={words('desk.goOnHint')}
                error={mistakes.error('goOnReason')}
                defaultValue={mistakes.typed('goOnReason')}
              />
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
            <Plain version={version} intent="extend" act={words('desk.extendAct')}>
              <p>{words('desk.extendWhy', { date: extension.longestInWords })}</p>
              <TextArea
                name="extendReason"
                rows={4}
                label={words('desk.extendReason')}
                hint={words('desk.extendReasonHint')}
                error={mistakes.error('extendReason')}
                defaultValue={mistakes.typed('extendReason')}
              />
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
        {request.fee && <FeeFold request={request} mistakes={mistakes} fee={request.fee} />}
        {moves.includes('markDuplicate') && (
          <Fold
            title={words('desk.duplicate')}
            open={Boolean(mistakes.error('duplicateReason') ?? mistakes.typed('duplicateReason'))}
          >
            <Plain version={version} intent="markDuplicate" act={words('desk.duplicateAct')}>
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
