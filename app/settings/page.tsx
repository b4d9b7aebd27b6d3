/** What is set for this browser and for the whole studio, in sections. */
import packageJson from '../../package.json' with { type: 'json' };
import { SettingsPage } from '../components/settings/settings-page.tsx';

export default function Page() {
  return <SettingsPage version={packageJson.version} />;
}
