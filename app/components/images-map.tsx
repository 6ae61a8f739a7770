import { Link } from '@remix-run/react';
import { Icon } from './icon.tsx';
import { mapDashes, mapPath, shownOnMap, type MapPurpose } from './images-map-lines.ts';
import { useWords } from './words.tsx';

export interface MapRecipient {
  id: string;
  name: string;
  purpose: MapPurpose;
  /** In words, why and how much: "Training AI · 12 scans". */
  detail: string;
  /** When a "no" stopped this line, in words: "stopped June 9, 2027". */
  stopped?: string;
  to?: string;
}

export interface ImagesMapProps {
  /** The conclusion as one sentence: "3 companies got your images. We stopped 1." */
  title: string;
  scans: { name: string; detail?: string };
  facility: { name: string; detail?: string };
  /** Most telling first: only eight are drawn. */
  recipients: readonly MapRecipient[];
  /** Id of the table with the same facts. */
  tableId?: string;
}

const strokes: Record<MapPurpose, string> = {
  care: 'stroke-chart-law',
  ai: 'stroke-chart-extra',
  research: 'stroke-chart-promise',
  other: 'stroke-muted',
};

/**
 * Where my images went: my scans, the facility, who got them. The names are text, so they wrap, grow and can be read
 * out; only the lines are drawn. Below 480 px of room the same facts stand as a list.
 */
export function ImagesMap({ title, scans, facility, recipients, tableId }: ImagesMapProps) {
  const words = useWords();
  const { shown, more } = shownOnMap(recipients);
  return (
    <figure className="@container max-w-4xl" aria-describedby={tableId}>
      <figcaption className="mb-4 font-semibold">{title}</figcaption>
      <div className="grid gap-3 @min-[30rem]:grid-cols-[auto_minmax(1.5rem,3rem)_minmax(7rem,auto)_minmax(5rem,1fr)_minmax(11rem,18rem)] @min-[30rem]:items-center @min-[30rem]:gap-0">
        <Place icon="person" name={scans.name} detail={scans.detail} />
        <svg aria-hidden="true" width="100%" height="4" className="hidden @min-[30rem]:block">
          <line x1="0" x2="100%" y1="2" y2="2" strokeWidth="3" className="stroke-chart-law" />
        </svg>
        <Place icon="flag" name={facility.name} detail={facility.detail} />
        {shown.length > 0 && (
          <>
            <Lines recipients={shown} />
            <ul className="grid auto-rows-fr self-stretch">
              {shown.map((recipient) => (
                <Recipient key={recipient.id} recipient={recipient} />
              ))}
            </ul>
          </>
        )}
      </div>
      {more > 0 && <p className="text-muted mt-3">{words('site.map.more', { count: more })}</p>}
    </figure>
  );
}

function Place({ icon, name, detail }: { icon: 'person' | 'flag'; name: string; detail?: string }) {
  return (
    <div className="bg-surface flex items-center gap-2.5 rounded-sm px-4 py-3 @min-[30rem]:block @min-[30rem]:max-w-40">
      <Icon name={icon} className="text-act size-5" />
      <span className="block">
        <span className="block leading-snug font-semibold">{name}</span>
        {detail && <span className="text-note text-muted block">{detail}</span>}
      </span>
    </div>
  );
}

function Lines({ recipients }: { recipients: readonly MapRecipient[] }) {
  const rows = recipients.length;
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 100 ${rows}`}
      preserveAspectRatio="none"
      width="100%"
      height="100%"
      className="hidden self-stretch @min-[30rem]:block"
    >
      {recipients.map((recipient, index) => (
        <g key={recipient.id} fill="none" strokeWidth="3">
          <path
            d={mapPath(index, rows)}
            strokeDasharray={mapDashes[recipient.purpose]}
            vectorEffect="non-scaling-stroke"
            className={recipient.stopped ? 'stroke-line' : strokes[recipient.purpose]}
          />
          {recipient.stopped && (
            <path
              d={`M88 ${index + 0.3}V${index + 0.7}`}
              strokeWidth="5"
              vectorEffect="non-scaling-stroke"
              className="stroke-text"
            />
          )}
        </g>
      ))}
    </svg>
  );
}

function Recipient({ recipient }: { recipient: MapRecipient }) {
  return (
    <li className="flex items-center gap-3 py-1.5 ps-3">
      <svg aria-hidden="true" width="28" height="16" className="shrink-0 @min-[30rem]:hidden">
        <line
          x1="0"
          x2="28"
          y1="8"
          y2="8"
          strokeWidth="3"
          strokeDasharray={mapDashes[recipient.purpose]}
          className={recipient.stopped ? 'stroke-line' : strokes[recipient.purpose]}
        />
        {recipient.stopped && <path d="M22 1v14" strokeWidth="4" className="stroke-text" />}
      </svg>
      <span className="leading-snug">
        <span className="block font-semibold">
          {recipient.to ? (
            <Link to={recipient.to} className="reach">
              {recipient.name}
            </Link>
          ) : (
            recipient.name
          )}
        </span>
        <span className="text-note text-muted block">{recipient.detail}</span>
        {recipient.stopped && (
          <span className="text-note flex items-center gap-1.5 font-semibold">
            <Icon name="stop" />
            {recipient.stopped}
          </span>
        )}
      </span>
    </li>
  );
}
