export interface QrCodeProps {
  /** What a reader is told that this is. What it holds stands beside it as text. */
  label: string;
  size: number;
  path: string;
}

/** A QR code, dark on white in both themes: cameras read no other. */
export function QrCode({ label, size, path }: QrCodeProps) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="h-auto w-56 max-w-full rounded-sm"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
