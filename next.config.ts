/** Next's settings. Types are checked by `npm run types` over the whole repository, so not once more in the build. */
import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // Pictures are served as they are; an optimizer would keep copies of them that no purge finds.
  images: { unoptimized: true },
  // Messages are compiled on the server (`app/compiled-messages.ts`), so the page only puts values into them.
  turbopack: { resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' } },
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.page.json' },
};

export default config;
