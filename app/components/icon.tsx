import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 2,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const circle = <circle cx="10" cy="10" r="8" {...line} />;

const shapes = {
  arrowRight: <path d="M3 10h13M11 5l5 5-5 5" {...line} />,
  arrowLeft: <path d="M17 10H4M9 5l-5 5 5 5" {...line} />,
  arrowUp: <path d="M10 17V4M5 9l5-5 5 5" {...line} />,
  arrowDown: <path d="M10 3v13M5 11l5 5 5-5" {...line} />,
  tick: <path d="M3.5 10.5l4.5 4.5 8.5-10" {...line} />,
  cross: <path d="M5 5l10 10M15 5L5 15" {...line} />,
  warning: (
    <>
      <path d="M10 2.5L18.5 17h-17z" {...line} />
      <path d="M10 8v4M10 14.4v.1" {...line} />
    </>
  ),
  lock: (
    <>
      <rect x="4" y="9" width="12" height="8.5" rx="1.5" {...line} />
      <path d="M6.5 9V6.5a3.5 3.5 0 017 0V9" {...line} />
    </>
  ),
  clock: (
    <>
      {circle}
      <path d="M10 5.5V10l3 2" {...line} />
    </>
  ),
  pause: (
    <>
      {circle}
      <path d="M8 7v6M12 7v6" {...line} />
    </>
  ),
  info: (
    <>
      {circle}
      <path d="M10 9.5V14M10 6.2v.1" {...line} />
    </>
  ),
  phone: (
    <path
      d="M4 3h3l1.5 4-2 1.5a10 10 0 005 5l1.5-2 4 1.5v3a1.5 1.5 0 01-1.5 1.5C8.5 17.5 2.5 11 2.5 4.5A1.5 1.5 0 014 3z"
      {...line}
    />
  ),
  calendar: (
    <>
      <rect x="3" y="4.5" width="14" height="12.5" rx="1.5" {...line} />
      <path d="M3 8.5h14M7 2.5v4M13 2.5v4" {...line} />
    </>
  ),
  download: <path d="M10 3v10M5.5 8.5L10 13l4.5-4.5M3.5 17h13" {...line} />,
  sun: (
    <>
      <circle cx="10" cy="10" r="3.5" {...line} />
      <path
        d="M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M16 4l-1.4 1.4M5.4 14.6L4 16"
        {...line}
      />
    </>
  ),
  moon: <path d="M16.5 12A7 7 0 118 3.5a5.5 5.5 0 008.5 8.5z" {...line} />,
  person: (
    <>
      <circle cx="10" cy="6.5" r="3.5" {...line} />
      <path d="M3.5 17.5a6.5 6.5 0 0113 0" {...line} />
    </>
  ),
  flag: <path d="M4.5 18V3h11l-2.5 4 2.5 4h-11" {...line} />,
  stop: <path d="M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7zM6 10h8" {...line} />,
  dot: <circle cx="10" cy="10" r="4.5" fill="currentColor" />,
  ring: <circle cx="10" cy="10" r="5" {...line} />,
  ringDashed: <circle cx="10" cy="10" r="6" {...line} strokeDasharray="2.4 3.88" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** A small picture beside a word, hidden from assistive technology: the word says it. Sized by the text around it unless given a size. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width="20"
      height="20"
      aria-hidden="true"
      focusable="false"
      className={classNames(
        'inline-block shrink-0',
        !className?.includes('size-') && 'size-[1.1em]',
        className,
      )}
    >
      {shapes[name]}
    </svg>
  );
}
