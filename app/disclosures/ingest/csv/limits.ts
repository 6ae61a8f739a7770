/** Bounds on a file of transfers. One that has more lines is taken in by `admin import`. */
export const csvLimits = {
  /** One line, quoted line ends counted in. */
  recordBytes: 32 * 1024,
  columns: 64,
  valueBytes: 4_096,
  /** Of one call. */
  bodyBytes: 8 * 1024 * 1024,
  lines: 10_000,
  /** Of a file that staff send by the page. */
  uploadBytes: 25 * 1024 * 1024,
  uploadLines: 250_000,
} as const;

/** The columns that are read, in any order. */
export const csvColumns = [
  'event_id',
  'event_time',
  'source_ae',
  'destination_ae',
  'destination_host',
  'patient_id',
  'issuer',
  'study_uid',
  'accession',
  'sop_class',
  'instances',
  'purpose',
  'deidentified',
  'outcome',
] as const;
export type CsvColumn = (typeof csvColumns)[number];
