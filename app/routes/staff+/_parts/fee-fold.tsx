import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { Words } from '#app/words/words.ts';
import type { FeeFoldView } from './fee-fold.server.ts';
import { Fold, Plain } from './move-fold.tsx';
import type { WorkProps } from './work.tsx';

/** The cost of an answer: told before it costs anything, again where the patient asked to change it; and what the patient chose. */
export function FeeFold({ request, mistakes, fee }: WorkProps & { fee: FeeFoldView }) {
  const words = useWords();
  const { told } = fee;
  return (
    <Fold
      title={words('desk.fee')}
      open={Boolean(
        mistakes.error('feeAmount') ?? mistakes.error('feeBasis') ?? mistakes.error('feeGround') ?? told,
      )}
    >
      {told && (
        <div className={told.choice === 'change' ? 'stack mb-6' : 'stack'}>
          <p>
            {words(told.postedOn === null ? 'desk.fee.written' : 'desk.fee.told', {
              date: told.postedOn ?? told.on,
              amount: told.amount,
            })}
          </p>
          <p className="max-w-measure wrap-anywhere whitespace-pre-line">{told.basis}</p>
          <p className="font-semibold">
            {told.narrowedTo
              ? words('desk.fee.choice.narrowed', told.narrowedTo)
              : words(told.choice ? `desk.fee.choice.${told.choice}` : 'desk.fee.waiting')}
          </p>
          {told.mayTakeBack && (
            <Plain version={request.version} intent="takeFeeBack" act={words('desk.fee.takeBack')}>
              <p>{words(told.choice === null ? 'desk.fee.takeBackWhy' : 'desk.fee.dropWhy')}</p>
            </Plain>
          )}
          {fee.mayBePaid && (
            <Plain version={request.version} intent="feePaid" act={words('desk.fee.paid')}>
              <p>{paidInWords(words, fee)}</p>
              <TextField
                name="paidOn"
                type="date"
                width="date"
                min={told.onDay}
                max={request.came.today}
                autoComplete="off"
                label={words('desk.fee.paidOn')}
                hint={words('desk.fee.paidOnHint')}
                error={mistakes.error('paidOn')}
                defaultValue={mistakes.typed('paidOn')}
              />
            </Plain>
          )}
        </div>
      )}
      {fee.free && <p>{words('desk.fee.free')}</p>}
      {!fee.free && (!told || told.choice === 'change') && (
        <Plain version={request.version} intent="tellFee" act={words('desk.fee.act')}>
          <p>{words(fee.grounds ? 'desk.fee.whyFree' : 'desk.fee.why')}</p>
          {fee.begins && !request.readOnline && <p>{words('desk.fee.byPost')}</p>}
          {fee.grounds && (
            <ChoiceGroup
              type="radio"
              name="feeGround"
              legend={words('desk.fee.ground')}
              error={mistakes.error('feeGround')}
              chosen={mistakes.chosen('feeGround')}
              choices={fee.grounds.map((value) => ({ value, label: words(`requests.feeGround.${value}`) }))}
            />
          )}
          <TextField
            name="feeAmount"
            width="date"
            inputMode="decimal"
            autoComplete="off"
            label={words('desk.fee.amount', { currency: fee.currency })}
            hint={words('desk.fee.amountHint')}
            error={mistakes.error('feeAmount')}
            defaultValue={mistakes.typed('feeAmount') ?? fee.usual}
          />
          <TextArea
            name="feeBasis"
            rows={3}
            label={words('desk.fee.basis')}
            hint={words(fee.grounds ? 'desk.fee.basisHintFree' : 'desk.fee.basisHint')}
            error={mistakes.error('feeBasis')}
            defaultValue={mistakes.typed('feeBasis')}
          />
        </Plain>
      )}
    </Fold>
  );
}

/** What a payment does to the last day. */
function paidInWords(words: Words, { told, paymentMoves }: FeeFoldView): string {
  if (told?.postedOn === null) return words('desk.fee.paidUnposted');
  if (!paymentMoves) return words('desk.fee.paidLate');
  return told?.postedOn ? words('desk.fee.paidPosted', { date: told.postedOn }) : words('desk.fee.paidWhy');
}
