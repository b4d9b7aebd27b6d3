/**
 * What lies over the page and is not on it at first: menus, sheets, dialogs. Each is loaded at the first sign of somebody, so that
 * it is there by the time it is asked for, and no reader waits for it before.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { atFirstSign } from './first-sign.ts';
import { patiently } from './patiently.ts';

/** A component of a module that is loaded at the first sign of somebody, or when it is first shown. */
export function lazyLayer<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  let loading: Promise<{ default: ComponentType<Props> }> | null = null;
  function start() {
    loading ??= patiently(load).then((layer) => ({ default: layer }));
    return loading;
  }
  atFirstSign(() => void start());
  return lazy(start);
}
