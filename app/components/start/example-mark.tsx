/**
 * A pen drawing for an example: its subject in ink, its place in soft ink and red. Drawn by rule from the words,
 * so it never pretends to be a result. Words that are not known get a blank page.
 */
const SUBJECTS: [RegExp, string][] = [
  [
    /fox|狐/i,
    'M18 38c0-8 2-14 4-24l7 7c2-.7 8-.7 10 0l7-7c2 10 4 16 4 24-4 5-9 8-16 8s-12-3-16-8Zm9-6v2m14-2v2m-10 6 3 3 3-3',
  ],
  [
    /castle|城/i,
    'M14 46V26l5 0v4h6v-4h4M50 46V26h-5v4h-6v-4h-4M14 46h36M25 26v-8l7-9 7 9v8M32 9V4l6 2-6 2M28 46v-7a4 4 0 0 1 8 0v7M14 26l3-7 3 7m24 0 3-7 3 7',
  ],
  [
    /penguin|企鹅/i,
    'M32 8c-8 0-12 6-12 14 0 4-2 8-2 13 0 7 6 11 14 11s14-4 14-11c0-5-2-9-2-13 0-8-4-14-12-14Zm0 13c-4-5-9-1-8 4 1 3-1 6-1 10 0 4 4 7 9 7s9-3 9-7c0-4-2-7-1-10 1-5-4-9-8-4Zm-4-4v1m8-1v1m-6 6 2 2 2-2M18 28l-5 8m33-8 5 8',
  ],
  [
    /rocket|火箭/i,
    'M32 4c7 5 9 13 9 20 0 4-1 8-2 11H25c-1-3-2-7-2-11 0-7 2-15 9-20Zm0 12a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM24 27l-7 7v8l8-5m15-10 7 7v8l-8-5m-11 2v5m4-5v8m4-8v5',
  ],
  [
    /cactus|仙人掌/i,
    'M27 46V14a5 5 0 0 1 10 0v32M27 34h-4c-4 0-6-2-6-6v-5a3 3 0 0 1 6 0v4h4m10 2h4v-8a3 3 0 0 1 6 0v9c0 4-2 5-6 5h-4M32 15v3m0 6v3m0 6v3M20 46h24',
  ],
  [
    /cake|蛋糕/i,
    'M14 46V30a4 4 0 0 1 4-4h28a4 4 0 0 1 4 4v16ZM14 34c3 4 6 4 9 0 3 4 6 4 9 0 3 4 6 4 9 0 3 4 6 4 9 0M24 26v-8m8 8v-8m8 8v-8m-16-5v1m8-1v1m8-1v1',
  ],
];

const PLACES: [RegExp, string][] = [
  [/hill|山/i, 'M2 50c10-10 20-10 30-3 10-9 20-8 30 0'],
  [
    /snow|雪/i,
    'M2 49c12-5 22-2 30-1 10-2 20-4 30 1M8 10v6m-3-3h6M54 16v6m-3-3h6M10 30v4m-2-2h4M55 36v4m-2-2h4',
  ],
  [/night|star|夜|星/i, 'M8 9v6m-3-3h6M55 22v4m-2-2h4M9 34v4m-2-2h4M52 7a5 5 0 1 0 6 6 5 5 0 0 1-6-6Z'],
];

const BLANK = 'M18 6h20l8 8v32H18Zm20 0v8h8M24 24h16M24 31h16M24 38h9';

function match(drawings: [RegExp, string][], prompt: string): string | undefined {
  return drawings.find(([words]) => words.test(prompt))?.[1];
}

export function ExampleMark({ prompt }: { prompt: string }) {
  return (
    <svg
      viewBox="0 0 64 54"
      className="h-10 w-auto sm:h-14 self-start fill-none stroke-ink"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={match(PLACES, prompt) ?? 'M6 50h52'} className="stroke-accent" strokeWidth="1.3" />
      <path d={match(SUBJECTS, prompt) ?? BLANK} className="transition-colors" />
    </svg>
  );
}
