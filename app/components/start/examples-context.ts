/** What the loaded model draws well, as the server named it in the first HTML; it does not change while the server runs. */
import { createContext } from 'react';

export const ExamplesContext = createContext<readonly string[]>([]);
