import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import { T, useWords } from './words.tsx';

/** A moment, for machines (ISO date or instant) and in words of the page's language. */
export interface Moment {
  iso: string;
  words: string;
}

export interface TimelineEntry {
  id: string;
  /** What happened, in a few words. */
  what: ReactNode;
  at?: Moment;
  /** Who did it: "You", the facility's name, "System". */
  who?: string;
  /** A reason, a link, a quotation: what belongs under the line. */
  detail?: ReactNode;
  staffOnly?: boolean;
  /** The line was wrong: it stays, struck, and says when it was corrected. */
  corrected?: Moment;
}

export interface TimelineProps {
  /** What is to come, nearest first. */
  next?: readonly TimelineEntry[];
  /** What has happened, newest first. */
  past: readonly TimelineEntry[];
  /** Level of the two headings. */
  headingLevel?: 2 | 3;
}

/** One list for patient and staff: what is to come above, what has happened below, newest first. */
export function Timeline({ next = [], past, headingLevel = 3 }: TimelineProps) {
  const words = useWords();
  const Heading = `h${headingLevel}` as const;
  const heading = headingLevel === 3 ? 'text-h3 mb-4' : 'mb-4';
  return (
    <div className="grid gap-8">
      {next.length > 0 && (
        <div>
          <Heading className={heading}>{words('site.timeline.next')}</Heading>
          <Entries entries={next} when="future" />
        </div>
      )}
      <div>
        <Heading className={heading}>{words('site.timeline.past')}</Heading>
        <Entries entries={past} when="past" />
      </div>
    </div>
  );
}

function Entries({ entries, when }: { entries: readonly TimelineEntry[]; when: 'past' | 'future' }) {
  return (
    <ol className="timeline" data-when={when}>
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} future={when === 'future'} />
      ))}
    </ol>
  );
}

function Entry({ entry, future }: { entry: TimelineEntry; future: boolean }) {
  const words = useWords();
  return (
    <li className={future ? 'text-muted' : undefined}>
      <Icon
        name={future ? 'ringDashed' : 'dot'}
        className={classNames('absolute start-0 top-[0.45rem] size-4', future ? 'text-line' : 'text-act')}
      />
      <p className={entry.corrected ? 'line-through' : 'font-semibold'}>{entry.what}</p>
      <p className="text-note text-muted flex flex-wrap gap-x-3">
        {entry.at && <time dateTime={entry.at.iso}>{entry.at.words}</time>}
        {entry.who && <span>{entry.who}</span>}
        {entry.staffOnly && (
          <span className="text-paused inline-flex items-center gap-1 font-semibold">
            <Icon name="lock" />
            {words('site.timeline.staffOnly')}
          </span>
        )}
      </p>
      {entry.corrected && (
        <p className="text-note font-semibold">
          <T
            id="site.timeline.corrected"
            values={{ date: <time dateTime={entry.corrected.iso}>{entry.corrected.words}</time> }}
          />
        </p>
      )}
      {entry.detail && <div className="mt-1">{entry.detail}</div>}
    </li>
  );
}
