import type { ReactNode } from 'react';
import { describedBy, Hint } from './field-frame.tsx';
import { TextField } from './field.tsx';
import { useWords } from './words.tsx';

/** The first and the last day of a time that may become shorter: they say what it is, and are left so where it stays. */
export function ShorterTime({
  time,
  legend,
  hint,
  more,
  mistakes,
}: {
  time: { from: string; to: string };
  legend: string;
  hint: string;
  more?: ReactNode;
  /** What is wrong with each of both, and what was typed. */
  mistakes: Record<'error' | 'typed', (name: string) => string | undefined>;
}) {
  const words = useWords();
  const { hintId } = describedBy({ name: 'shorterTime', hint });
  const days = [
    { name: 'newFrom', label: words('asking.fee.newFrom'), now: time.from },
    { name: 'newTo', label: words('asking.fee.newTo'), now: time.to },
  ] as const;
  return (
    <fieldset className="stack min-w-0" aria-describedby={hintId} key={`${time.from} ${time.to}`}>
      <legend className="mb-1.5 font-semibold">{legend}</legend>
      <Hint id={hintId}>{hint}</Hint>
      {more && <p>{more}</p>}
      <div className="flex flex-wrap gap-x-8 gap-y-4">
        {days.map(({ name, label, now }) => (
          <div key={name} className="min-w-52">
            <TextField
              name={name}
              type="date"
              width="date"
              min={time.from}
              max={time.to}
              autoComplete="off"
              label={label}
              error={mistakes.error(name)}
              defaultValue={mistakes.typed(name) ?? now}
            />
          </div>
        ))}
      </div>
    </fieldset>
  );
}
