/** A file that came from outside, to keep and never to be shown in place. */
export function fileResponse(document: { fileName: string; mediaType: string; bytes: Uint8Array }): Response {
  const ascii = document.fileName.replace(/[^\w.-]/g, '_');
  const name = encodeURIComponent(document.fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return new Response(new Uint8Array(document.bytes), {
    headers: {
      'Content-Type': document.mediaType,
      'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${name}`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'no-store',
    },
  });
}
