/** Whose drafts this browser keeps: when somebody else signs in, what the one before typed and did not send is forgotten. */
const WHOSE = 'palimpsest.person';

export function rememberPerson(id: string): void {
  if (localStorage.getItem(WHOSE) !== id) localStorage.clear();
  localStorage.setItem(WHOSE, id);
}

/** Where a page of ours sent whoever was not signed in; the start for anything else. */
export function nextAddress(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
