/**
 * The browser's Back closes what lies on top of the page, as people expect of phones. Each open layer has an entry in the history of the
 * browser, with the same address; closing the layer in another way takes the entry away again.
 */
import { useEffect, useEffectEvent } from 'react';

interface Layer {
  id: string;
  /** False: it stays open for now, such as over work that would be lost. */
  close: () => unknown;
}

/** From the page up. */
const layers: Layer[] = [];
let opened = 0;

/** The layers that were open at an entry of the history, from the page up. Those of an earlier load of the page are never open. */
function layersOf(state: unknown): readonly string[] {
  return (state as { layers?: readonly string[] } | null)?.layers ?? [];
}

const isOpen = (id: string | undefined): boolean => layers.some((layer) => layer.id === id);

function enter(layer: Layer): void {
  layers.push(layer);
  history.pushState({ ...history.state, layers: layers.map(({ id }) => id) }, '');
}

function goBack({ state }: PopStateEvent): void {
  const kept = layersOf(state);
  while (layers.length > 0 && !kept.includes(layers.at(-1)!.id)) {
    const layer = layers.pop()!;
    if (layer.close() !== false) continue;
    enter(layer);
    return;
  }
  // The entry of a layer that was closed before: nothing to see there.
  if (kept.length > 0 && !isOpen(kept.at(-1))) history.back();
}

function leave(layer: Layer): void {
  const place = layers.indexOf(layer);
  if (place < 0) return;
  layers.splice(place, 1);
  // Not at once: what closed the layer may go to another place of the page in the same moment.
  setTimeout(() => {
    if (layersOf(history.state).at(-1) === layer.id) history.back();
  });
}

/** While a layer is open, Back calls `onBack`; where that answers false the layer stays. */
export function useBack(open: boolean, onBack: () => unknown): void {
  const close = useEffectEvent(onBack);
  useEffect(() => {
    if (!open) return;
    addEventListener('popstate', goBack);
    opened += 1;
    const layer: Layer = { id: `${performance.timeOrigin}/${opened}`, close: () => close() };
    enter(layer);
    return () => leave(layer);
  }, [open]);
}
