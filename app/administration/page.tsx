/** What administrators look at. */
import { AdminPage } from '../components/people/admin-page.tsx';

export default function Page() {
  return <AdminPage />;
}
