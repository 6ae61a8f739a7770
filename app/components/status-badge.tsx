import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { toneGround, toneIcon, toneText, type Tone } from './tones.ts';

/** A state in a word, with a shape of its own. */
export function StatusBadge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'text-note inline-flex items-center gap-1.5 rounded-sm px-2 py-0.5 font-semibold',
        toneGround[tone],
        toneText[tone],
      )}
    >
      <Icon name={icon ?? toneIcon[tone]} />
      <span>{children}</span>
    </span>
  );
}
