/** The mark: a red page with two lines of writing, the lower one written over. */
export function Wordmark() {
  return (
    <div className="flex items-center gap-2.5 px-4 pt-4 pb-3">
      <svg viewBox="0 0 28 28" className="size-7 shrink-0" aria-hidden="true">
        <rect width="28" height="28" rx="7" className="fill-accent" />
        <path
          d="M7 9.5h14M7 14h14"
          className="stroke-on-accent"
          strokeWidth="2.2"
          strokeLinecap="round"
          opacity=".45"
        />
        <path d="M7 18.5h9" className="stroke-on-accent" strokeWidth="2.2" strokeLinecap="round" />
      </svg>
      <span className="font-bold font-serif text-xl tracking-tight">Palimpsest</span>
    </div>
  );
}
