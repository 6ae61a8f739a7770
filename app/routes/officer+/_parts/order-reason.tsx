import { TextArea } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

/** What two people do where one officer is alone. */
export function NoSecondOfficer() {
  const words = useWords();
  return (
    <Notice tone="soon" heading={words('crew.orders.alone')}>
      {words('crew.orders.aloneHow')}
    </Notice>
  );
}

/** Why one officer asks another one for it; and where there is no other one, what to do instead. */
export function OrderReason({
  mistakes,
  isAlone,
}: {
  mistakes: ReturnType<typeof useMistakes>;
  isAlone: boolean;
}) {
  const words = useWords();
  return (
    <>
      {isAlone && <NoSecondOfficer />}
      <TextArea
        name="reason"
        rows={2}
        label={words('crew.orders.reason')}
        hint={words('crew.orders.reasonHint')}
        error={mistakes.error('reason')}
        defaultValue={mistakes.typed('reason')}
      />
    </>
  );
}
