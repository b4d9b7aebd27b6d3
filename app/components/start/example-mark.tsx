/**
 * A pen drawing for an example: up to two of its subjects in ink, their place in red. Drawn by rule from the words,
 * so it never pretends to be a result.
 */
import { type Drawing, GROUND, PLACES, SUBJECTS, UNKNOWN } from './drawings.ts';

const SUBJECT_WIDTH = 44;
const HEIGHT = 54;

/** Subjects in the order in which the words name them. */
function subjectsOf(prompt: string): Drawing[] {
  const found = SUBJECTS.map(([words, drawing]) => ({ drawing, at: prompt.search(words) }));
  const named = found.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
  return named.map(({ drawing }) => drawing);
}

interface ExampleMarkProps {
  prompt: string;
  /** What names the place, where another text does than the one that names the subjects. */
  placeIn?: string;
  className: string;
}

export function ExampleMark({ prompt, placeIn = prompt, className }: ExampleMarkProps) {
  const [first = UNKNOWN, second] = subjectsOf(prompt);
  const place = PLACES.find(([words]) => words.test(placeIn))?.[1] ?? GROUND;
  const width = 16 + (second ? 2 : 1) * SUBJECT_WIDTH;
  return (
    <svg
      viewBox={`0 0 ${width} ${HEIGHT}`}
      className={`w-auto min-w-0 fill-none stroke-ink ${className}`}
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <svg viewBox="0 0 64 54" width={width} height={HEIGHT} preserveAspectRatio="none" aria-hidden="true">
        <path d={place} className="stroke-accent" strokeWidth="1.2" vectorEffect="non-scaling-stroke" />
      </svg>
      <Subject drawing={first} x={8} />
      {second && <Subject drawing={second} x={8 + SUBJECT_WIDTH} />}
    </svg>
  );
}

function Subject({ drawing, x }: { drawing: Drawing; x: number }) {
  if (typeof drawing === 'string')
    return (
      <svg viewBox="0 0 64 54" x={x - 6} y="1" width="56" height="47.25" aria-hidden="true">
        <path d={drawing} strokeWidth="1.7" />
      </svg>
    );
  const Icon = drawing;
  return <Icon x={x + 3} y={9} width={38} height={38} strokeWidth={0.95} aria-hidden="true" />;
}
