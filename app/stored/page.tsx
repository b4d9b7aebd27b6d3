/** What the studio keeps, and what leaves it. */
import { StoredPage } from '../components/stored/stored-page.tsx';

export default function Page() {
  return <StoredPage />;
}
