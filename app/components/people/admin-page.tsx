'use client';
/** What administrators look at: people and what they use, what runs, what is stored, limits, and what was done. */
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { AuditView, Limits, PersonView, Role, StudioView } from '../../../studio/people/people.ts';
import { DEFAULT_LIMITS, ROLES } from '../../../studio/people/people.ts';
import { errorText } from '../actions/error-text.ts';
import { ApiError } from '../api/request.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { Field, Form } from './field.tsx';
import { Part, PeopleFrame } from './frames.tsx';
import { addPerson, audit, changePerson, listPeople, makeLink, setLimits, studio } from './people-routes.ts';

const POLL_MS = 5_000;

export function AdminPage() {
  const t = useTranslations();
  const [people, setPeople] = useState<PersonView[]>([]);
  const [view, setView] = useState<StudioView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const refresh = useCallback(async () => {
    try {
      setPeople((await listPeople()).people);
      setView(await studio());
      setProblem(null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
    }
  }, [t]);
  useEffect(() => {
    void refresh();
    const polling = setInterval(() => void refresh(), POLL_MS);
    return () => clearInterval(polling);
  }, [refresh]);
  return (
    <PeopleFrame title={t('people.administration')}>
      {problem && (
        <p role="alert" className="py-4 text-accent text-sm">
          {problem}
        </p>
      )}
      {view && (
        <>
          <Running view={view} />
          <People people={people} onChange={refresh} />
          <LimitsPart limits={view.limits} onChange={refresh} />
          <Audit />
        </>
      )}
    </PeopleFrame>
  );
}

function Running({ view: { running, waiting, storage } }: { view: StudioView }) {
  const t = useTranslations('people');
  return (
    <Part title={t('now')} hint={t('nowHint')}>
      <Facts>
        <Fact name={t('running')}>
          {running.length === 0
            ? t('nothing')
            : running.map(({ person, engine }) => (engine ? `${person} (${engine})` : person)).join(', ')}
        </Fact>
        <Fact name={t('waiting')}>{waiting}</Fact>
        <Fact name={t('storage')}>{t('stored', { blobs: storage.blobs, megabytes: storage.megabytes })}</Fact>
      </Facts>
    </Part>
  );
}

function People({ people, onChange }: { people: PersonView[]; onChange: () => Promise<void> }) {
  const t = useTranslations('people');
  const [link, setLink] = useState<{ name: string; link: string } | null>(null);
  return (
    <Part title={t('people')} hint={t('peopleHint')}>
      <Table
        heads={[
          t('name'),
          t('role'),
          t('sessions'),
          t('waitingJobs'),
          t('daySeconds'),
          t('diskMegabytes'),
          '',
        ]}
      >
        {people.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            onChange={onChange}
            onLink={(made) => setLink({ name: person.name, link: made })}
          />
        ))}
      </Table>
      {link && (
        <div role="status" className="flex flex-col gap-1 rounded-xl border border-edge bg-card p-4 text-sm">
          {t('linkFor', { name: link.name })}
          <code className="select-all break-all">{link.link}</code>
        </div>
      )}
      <Form
        label={t('addPerson')}
        send={t('addPerson')}
        onSend={async ({ name = '', email = '', role }, form) => {
          const made = await addPerson({ name, email, role: role as Role });
          setLink({ name, link: made.link });
          form.reset();
          await onChange();
        }}
      >
        <div className="flex flex-col gap-3 sm:flex-row">
          <Field label={t('name')} name="name" required maxLength={100} autoComplete="off" />
          <Field label={t('email')} name="email" type="email" required autoComplete="off" />
          <label className="flex flex-col gap-1 text-sm text-soft">
            {t('role')}
            <select
              name="role"
              defaultValue="member"
              className="h-10 rounded-lg border border-line bg-panel px-3 text-base text-ink"
            >
              <RoleOptions />
            </select>
          </label>
        </div>
      </Form>
    </Part>
  );
}

function RoleOptions() {
  const t = useTranslations('people');
  return ROLES.map((role) => (
    <option key={role} value={role}>
      {t(`roles.${role}`)}
    </option>
  ));
}

interface PersonRowProps {
  person: PersonView;
  onChange: () => Promise<void>;
  onLink: (link: string) => void;
}

function PersonRow({ person, onChange, onLink }: PersonRowProps) {
  const t = useTranslations();
  const [problem, setProblem] = useState<string | null>(null);
  const { id, name, email, role, blockedAt } = person;
  const isBlocked = blockedAt !== null;

  async function act(work: () => Promise<unknown>) {
    try {
      setProblem(null);
      await work();
      await onChange();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
    }
  }

  return (
    <tr className={`border-line border-t ${isBlocked ? 'text-soft' : ''}`}>
      <td className="py-2 pr-4">
        {name}
        <span className="block text-soft text-xs">{email}</span>
        {problem && (
          <span role="alert" className="block text-accent text-xs">
            {problem}
          </span>
        )}
      </td>
      <td className="pr-4">
        <select
          aria-label={t('people.roleOf', { name })}
          value={role}
          onChange={(event) => act(() => changePerson(id, { role: event.target.value as Role }))}
          className="h-9 rounded-lg border border-line bg-panel px-2 text-ink"
        >
          <RoleOptions />
        </select>
      </td>
      <td className="pr-4 tabular-nums">{person.sessions}</td>
      <td className="pr-4 tabular-nums">{person.waitingJobs}</td>
      <td className="pr-4 tabular-nums">{person.daySeconds}</td>
      <td className="pr-4 tabular-nums">{person.diskMegabytes}</td>
      <td className="py-2">
        <div className="flex flex-wrap justify-end gap-1.5">
          <PlainButton onClick={() => act(async () => onLink((await makeLink(id)).link))}>
            {t('people.makeLink')}
          </PlainButton>
          <PlainButton
            aria-pressed={isBlocked}
            onClick={() => act(() => changePerson(id, { blocked: !isBlocked }))}
          >
            {isBlocked ? t('people.letIn') : t('people.block')}
          </PlainButton>
        </div>
      </td>
    </tr>
  );
}

const LIMITS = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

function LimitsPart({ limits, onChange }: { limits: Limits; onChange: () => Promise<void> }) {
  const t = useTranslations('people');
  return (
    <Part title={t('limits')} hint={t('limitsHint')}>
      <Form
        label={t('limits')}
        send={t('setLimits')}
        onSend={async (values) => {
          const entries = LIMITS.map((name) => [name, values[name] ? Number(values[name]) : null]);
          await setLimits(Object.fromEntries(entries) as Limits);
          await onChange();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          {LIMITS.map((name) => (
            <Field
              key={name}
              label={t(`limit.${name}`)}
              name={name}
              type="number"
              min={0}
              defaultValue={limits[name] ?? ''}
            />
          ))}
        </div>
      </Form>
    </Part>
  );
}

function Audit() {
  const t = useTranslations('people');
  const [rows, setRows] = useState<AuditView[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const more = useCallback(async (before?: number) => {
    const page = await audit(before);
    setRows((known) => (before === undefined ? page.rows : [...known, ...page.rows]));
    setNext(page.nextCursor);
  }, []);
  useEffect(() => {
    more().catch(() => {});
  }, [more]);
  return (
    <Part title={t('audit')} hint={t('auditHint')}>
      <Table heads={[t('when'), t('who'), t('what'), t('about'), t('address')]}>
        {rows.map(({ id, at, what, person, about, address }) => (
          <tr key={id} className="border-line border-t align-top">
            <td className="whitespace-nowrap py-1.5 pr-4 tabular-nums">{t('at', { at: new Date(at) })}</td>
            <td className="py-1.5 pr-4">{person ?? ''}</td>
            <td className="py-1.5 pr-4">{t(`done.${what.replace('.', '-')}` as 'done.login')}</td>
            <td className="wrap-anywhere min-w-40 py-1.5 pr-4">{about ?? ''}</td>
            <td className="py-1.5 font-mono text-xs leading-5">{address}</td>
          </tr>
        ))}
      </Table>
      {next !== null && (
        <PlainButton className="h-9 self-start" onClick={() => void more(next)}>
          {t('more')}
        </PlainButton>
      )}
    </Part>
  );
}

function Table({ heads, children }: { heads: string[]; children: ReactNode }) {
  return (
    <div className="-mx-4 overflow-x-auto px-4">
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="text-soft">
            {heads.map((head) => (
              <th key={head} scope="col" className="pr-4 pb-1 font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
