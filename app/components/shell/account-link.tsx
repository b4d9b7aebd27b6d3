/** The way to one's account; nothing where there are no accounts. */
import { useQuery } from '@tanstack/react-query';
import { CircleUser } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { AccountView } from '../../../studio/people/people.ts';
import { call } from '../api/request.ts';

export function AccountLink() {
  const t = useTranslations('people');
  const { data } = useQuery({
    queryKey: ['account'],
    queryFn: () => call<AccountView>('/api/account'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data?.person) return null;
  return (
    <Link
      href="/account"
      prefetch={false}
      title={t('account')}
      className="flex h-9 min-w-0 items-center gap-2 border-line border-t px-4 text-sm text-soft hover:text-ink"
    >
      <CircleUser className="size-4 shrink-0" aria-hidden="true" />
      <span className="truncate">{data.person.name}</span>
    </Link>
  );
}
