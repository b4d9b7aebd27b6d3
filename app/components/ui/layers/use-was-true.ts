/** Whether something was ever true since its component is there: a layer that was opened stays, so that its closing is seen. */
import { useState } from 'react';

export function useWasTrue(isTrue: boolean): boolean {
  const [wasTrue, setTrue] = useState(isTrue);
  if (isTrue && !wasTrue) setTrue(true);
  return wasTrue || isTrue;
}
