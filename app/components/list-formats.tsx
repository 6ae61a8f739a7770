import { useWords } from './words.tsx';

/** A list as files for machines, beside its PDF. @param to the address of the formats, without the format */
export function ListFormats({ to }: { to: string }) {
  const words = useWords();
  return (
    <p className="text-muted">
      {words('disclosures.formats.lead')}{' '}
      {(['csv', 'json', 'fhir'] as const).map((format) => (
        <a key={format} href={`${to}/${format}`} download className="reach me-4">
          {format.toUpperCase()}
        </a>
      ))}
    </p>
  );
}
