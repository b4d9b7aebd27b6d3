/**
 * Keeps a scrolling region at its end as its content grows, unless the reader has scrolled away;
 * goes there at once when another session opens or something new is sent.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

const NEAR_PX = 80;

export interface StickToEnd {
  scroller: RefObject<HTMLElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** True when the end is out of sight. */
  away: boolean;
  toEnd: () => void;
  /** Stops following the end, such as to stay at a turn that was searched for. */
  release: () => void;
}

export function useStickToEnd(sessionId: string | null, lastKey: string): StickToEnd {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    const region = scroller.current;
    if (!region) return;
    following.current = true;
    region.scrollTop = region.scrollHeight;
    setAway(false);
  }, []);

  const release = useCallback(() => {
    following.current = false;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is read from the page; another session or a new last turn is when to go there.
  useLayoutEffect(toEnd, [toEnd, sessionId, lastKey]);

  useEffect(() => {
    const region = scroller.current;
    const inner = content.current;
    if (!region || !inner) return;
    const follow = () => {
      if (following.current) region.scrollTop = region.scrollHeight;
    };
    let lastTop = region.scrollTop;
    const notice = () => {
      const distance = region.scrollHeight - region.scrollTop - region.clientHeight;
      // Content that grows also leaves the end out of sight; only a way upwards is the reader's.
      if (distance < NEAR_PX) following.current = true;
      else if (region.scrollTop < lastTop) following.current = false;
      lastTop = region.scrollTop;
      setAway(!following.current);
    };
    const observer = new ResizeObserver(follow);
    observer.observe(inner);
    observer.observe(region);
    region.addEventListener('scroll', notice, { passive: true });
    return () => {
      observer.disconnect();
      region.removeEventListener('scroll', notice);
    };
  }, []);

  return { scroller, content, away, toEnd, release };
}
