import { ButtonLink } from '#app/components/button.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { useWords } from '#app/components/words.tsx';
import type { OptOutView } from '#app/web/present-opt-outs.server.ts';
import { ChoiceActs, ChoiceFacts } from './choice-list.tsx';

/** What was decided and since when it counts. The same page later is the same receipt. */
export function ChoiceReceipt({ choice, isWithdrawal }: { choice: OptOutView; isWithdrawal: boolean }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="choice">
      <h2 id="choice">{words(isWithdrawal ? 'optOuts.receipt.tookBack' : 'optOuts.receipt.choice')}</h2>
      <ChoiceFacts choice={choice} />
      <div className="no-print mt-2 flex flex-wrap gap-4">
        <PrintButton variant="outline">{words('optOuts.receipt.print')}</PrintButton>
        {choice.withdrawnAt === null ? (
          <ChoiceActs choice={choice} />
        ) : (
          <ButtonLink to="/opt-outs/new" variant="outline">
            {words('optOuts.new.link')}
          </ButtonLink>
        )}
      </div>
    </section>
  );
}
