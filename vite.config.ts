import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { flatRoutes } from 'remix-flat-routes';
import { defineConfig } from 'vite';

declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true;
  }
}

export default defineConfig({
  plugins: [
    tailwindcss(),
    remix({
      ignoredRouteFiles: ['**/*'],
      routes: (defineRoutes) =>
        flatRoutes('routes', defineRoutes, { ignoredRouteFiles: ['**/*.test.{ts,tsx}'] }),
      serverModuleFormat: 'esm',
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_singleFetch: true,
        // v3_lazyRouteDiscovery stays off: it opens /__manifest, which has a denial-of-service advisory of its own.
      },
    }),
  ],
  build: {
    target: 'es2022',
    sourcemap: false,
    // Inlined files would be data: addresses, which the Content-Security-Policy refuses for fonts.
    assetsInlineLimit: 0,
  },
  server: { port: 3000 },
});
