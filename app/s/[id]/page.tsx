/** One session. The studio reads its name from the address, so moving between sessions keeps the page. */
import { Studio } from '../../components/studio/studio.tsx';

export default function SessionPage() {
  return <Studio />;
}
