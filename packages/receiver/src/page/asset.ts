/** The page itself: HTML, style and script in one text, put in by the build (`page.build.ts`). */

interface Asset {
  readonly html: string
  /** Hashes of the script and the style, for `Content-Security-Policy`. */
  readonly scriptHash: string
  readonly styleHash: string
}

declare const RECEIVER_PAGE: Asset

/** Run from the sources, as unit tests do, there is no page. */
export const PAGE: Asset =
  typeof RECEIVER_PAGE === 'object' ? RECEIVER_PAGE : { html: 'The page is not built.', scriptHash: '', styleHash: '' }

/** Nothing but the page's own script and style runs, nothing is loaded or sent elsewhere, and no text becomes markup. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src '${PAGE.scriptHash}'`,
  `style-src '${PAGE.styleHash}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')
