import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import { toneGround, toneIcon, toneText, type Tone } from './tones.ts';

/** What just happened ("Saved", "Sent"), said once at the top of the page. It stays until the next page: no timer. */
export function Toast({ message, tone = 'good' }: { message?: string | null; tone?: Tone }) {
  return (
    <div role="status">
      {message && (
        <p
          className={classNames(
            'flex max-w-full gap-3 rounded-sm px-4 py-3 font-semibold',
            toneGround[tone],
            toneText[tone],
          )}
        >
          <Icon name={toneIcon[tone]} className="mt-[0.2em]" />
          <span>{message}</span>
        </p>
      )}
    </div>
  );
}
