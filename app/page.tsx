/** A new session: nothing exists until the first message or picture. */
import { readExamples } from './components/start/examples.ts';
import { Studio } from './components/studio.tsx';

export default async function NewSessionPage() {
  return <Studio examples={await readExamples()} />;
}
