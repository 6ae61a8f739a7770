import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { Fold, Plain } from './move-fold.tsx';
import type { WorkProps } from './work.tsx';

/** Puts right when something truly came that staff entered: the last day is counted from it. */
export function ReceivedFold({ request, mistakes }: WorkProps) {
  const words = useWords();
  const fields = ['trulyOn', 'trulyTime', 'correctReason'];
  const cameBack = fields.some((name) => mistakes.error(name) ?? mistakes.typed(name));
  return (
    <Fold title={words('desk.correctReceived')} open={cameBack}>
      <Plain version={request.version} intent="correctReceived" act={words('desk.correctReceived.act')}>
        <p>{words('desk.correctReceived.why')}</p>
        <TextField
          name="trulyOn"
          type="date"
          width="date"
          max={request.came.today}
          autoComplete="off"
          label={words('intake.receivedOn')}
          error={mistakes.error('trulyOn')}
          defaultValue={mistakes.typed('trulyOn')}
        />
        <TextField
          name="trulyTime"
          type="time"
          width="date"
          autoComplete="off"
          optional
          label={words('intake.receivedTime')}
          hint={words('intake.receivedTimeHint')}
          error={mistakes.error('trulyTime')}
          defaultValue={mistakes.typed('trulyTime')}
        />
        {mistakes.error('trulyOn') === words('desk.correctReceived.longAgo') && (
          <ChoiceGroup
            type="checkbox"
            name="trulyLongAgo"
            legend={words('intake.longAgoLegend')}
            choices={[{ value: 'yes', label: words('intake.longAgoYes') }]}
          />
        )}
        <TextArea
          name="correctReason"
          rows={3}
          label={words('records.reason.label')}
          hint={words('desk.correctReceived.reasonHint')}
          error={mistakes.error('correctReason')}
          defaultValue={mistakes.typed('correctReason')}
        />
      </Plain>
    </Fold>
  );
}
