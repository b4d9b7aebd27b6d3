/** One's own account. */
import { AccountPage } from '../components/people/account-page.tsx';

export default function Page() {
  return <AccountPage />;
}
