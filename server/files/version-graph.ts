/** Versions and what they were made from as a drawing: time goes down, each branch has a column. Pure. */
import { escaped } from './html.ts';

export interface Version {
  version: number;
  /** Versions that it was made from; the first one is what it continues. */
  parents: readonly number[];
  name: string;
}

const ROW_PX = 26;
const COLUMN_PX = 18;
const LEFT_PX = 14;

/** An SVG with a link to `#vN` for each version. */
export function versionGraph(versions: readonly Version[]): string {
  const places = placed(versions);
  const at = (version: number) => {
    const { row, column } = places.get(version)!;
    return { x: LEFT_PX + column * COLUMN_PX, y: ROW_PX / 2 + row * ROW_PX };
  };
  const columns = Math.max(1, ...[...places.values()].map(({ column }) => column + 1));
  const width = LEFT_PX * 2 + columns * COLUMN_PX + 30;
  const lines = versions.flatMap(({ version, parents }) =>
    parents
      .filter((parent) => places.has(parent))
      .map((parent, nth) => lineBetween(at(parent), at(version), nth > 0)),
  );
  const dots = versions.map(({ version, name }) => {
    const { x, y } = at(version);
    return `<a href="#v${version}"><title>${escaped(name)}</title><circle cx="${x}" cy="${y}" r="5"/><text x="${LEFT_PX + columns * COLUMN_PX}" y="${y + 4}">v${version}</text></a>`;
  });
  const height = versions.length * ROW_PX;
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${lines.join('')}${dots.join('')}</svg>`;
}

/** A version goes on in the column of what it continues, unless another one did so before. */
function placed(versions: readonly Version[]): Map<number, { row: number; column: number }> {
  const places = new Map<number, { row: number; column: number }>();
  const continued = new Set<number>();
  let columns = 0;
  versions.forEach(({ version, parents: [first] }, row) => {
    const parent = first === undefined || continued.has(first) ? undefined : places.get(first);
    if (first !== undefined) continued.add(first);
    places.set(version, { row, column: parent?.column ?? columns });
    if (!parent) columns += 1;
  });
  return places;
}

type Point = { x: number; y: number };

function lineBetween(from: Point, to: Point, isBeside: boolean): string {
  const turn = Math.min(to.y, from.y + ROW_PX);
  const path = `M${from.x} ${from.y}C${from.x} ${turn} ${to.x} ${from.y} ${to.x} ${turn}V${to.y}`;
  return `<path d="${path}"${isBeside ? ' stroke-dasharray="2 3"' : ''}/>`;
}
