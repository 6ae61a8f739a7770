import { useId, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { toneEdge, toneGround, toneIcon, toneText, type Tone } from './tones.ts';

export interface NoticeProps {
  tone: Tone;
  heading: ReactNode;
  headingLevel?: 2 | 3;
  icon?: IconName;
  children?: ReactNode;
}

/** Something to read before the rest. One a page, or it says nothing. */
export function Notice({ tone, heading, headingLevel = 2, icon, children }: NoticeProps) {
  const headingId = useId();
  const Heading = `h${headingLevel}` as const;
  return (
    <section
      aria-labelledby={headingId}
      className={classNames('rounded-sm border-s-4 p-4 sm:px-6 sm:py-5', toneGround[tone], toneEdge[tone])}
    >
      <Heading id={headingId} className={classNames('text-h3 flex gap-2.5', toneText[tone])}>
        <Icon name={icon ?? toneIcon[tone]} className="mt-[0.12em]" />
        <span>{heading}</span>
      </Heading>
      {children && <div className="mt-2 grid gap-3">{children}</div>}
    </section>
  );
}
