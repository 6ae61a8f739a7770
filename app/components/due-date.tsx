import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { LawTag, type DateBasis } from './law-tag.tsx';
import { toneGround, toneText, type Tone } from './tones.ts';
import { T } from './words.tsx';

/** Where a clock stands. Computed on the server from facility-local dates, never from a browser's clock. */
export type DueDateState = 'running' | 'atRisk' | 'dueToday' | 'overdue' | 'paused' | 'met' | 'metLate';

const looks = {
  running: { tone: 'none', icon: 'calendar', text: 'site.due.running' },
  atRisk: { tone: 'soon', icon: 'clock', text: 'site.due.running' },
  dueToday: { tone: 'soon', icon: 'flag', text: 'site.due.today' },
  overdue: { tone: 'late', icon: 'warning', text: 'site.due.overdue' },
  paused: { tone: 'paused', icon: 'pause', text: 'site.due.paused' },
  met: { tone: 'good', icon: 'tick', text: 'site.due.met' },
  metLate: { tone: 'none', icon: 'warning', text: 'site.due.metLate' },
} as const satisfies Record<DueDateState, { tone: Tone; icon: IconName; text: string }>;

export interface DueDateProps {
  state: DueDateState;
  /** The effective due date as `YYYY-MM-DD`, for machines. */
  dueOn: string;
  /** The same date in words of the page's language: "May 14, 2027". */
  date: string;
  basis: DateBasis;
  /** Link of the basis word to its rule, such as `/deadlines#hipaa.access`. */
  basisTo?: string;
  /** Second line: "5 days left", "3 days late", "Waiting for you, 3 of 14 days". */
  detail?: string;
}

/** The due-date chip: shape, date in words, law or promise; how far away it is comes second, never alone. */
export function DueDate({ state, dueOn, date, basis, basisTo, detail }: DueDateProps) {
  const look = looks[state];
  return (
    <span
      data-clock={state}
      className={classNames(
        'inline-flex max-w-full gap-2 rounded-sm px-2.5 py-1 text-start',
        toneGround[look.tone],
        toneText[look.tone],
      )}
    >
      <Icon name={look.icon} className="mt-[0.2em]" />
      <span>
        <span className="block font-semibold">
          <T id={look.text} values={{ date: <time dateTime={dueOn}>{date}</time> }} />
          {' · '}
          <LawTag basis={basis} to={basisTo} />
        </span>
        {detail && <span className="text-note block">{detail}</span>}
      </span>
    </span>
  );
}
