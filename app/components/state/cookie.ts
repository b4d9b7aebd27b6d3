/** Keeps a choice that the server needs for the first HTML, for a year. */
const ONE_YEAR_S = 31_536_000;

export function keepCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is missing in Firefox and without HTTPS.
  document.cookie = `${name}=${value}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
}
