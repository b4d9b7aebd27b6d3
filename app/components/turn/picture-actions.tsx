/** What can be done with a picture. Edit and reference only set the composer; vary and finish send at once. */
import {
  Copy,
  Ellipsis,
  EyeOff,
  GalleryHorizontalEnd,
  GitCompareArrows,
  Image,
  ImagePlus,
  Info,
  Layers2,
  PenLine,
  Shuffle,
  Sparkles,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { useEngines } from '../api/use-engines.ts';
import { DownloadLink } from '../picture/download-link.tsx';
import { SaveItems } from '../picture/save-items.tsx';
import type { Twin } from '../state/made-by.ts';
import { randomSeed } from '../state/random-seed.ts';
import { MENU, MENU_ITEM } from '../ui/layers/menu.ts';
import { PLAIN_BUTTON, PlainButton } from '../ui/plain-button.tsx';
import { HoldBefore } from './before.tsx';
import { whyNoLayout } from './why-no-layout.ts';

/** A button that shows what was before while it is held. */
export interface Held {
  label: string;
  onHold: (held: boolean) => void;
}

export interface Toggled {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

interface PictureActionsProps {
  turn: TurnView;
  picture: PictureView;
  /** The picture that it was made from. */
  parent: PictureView | null;
  /** The first picture of its branch, where more than one edit lies between. */
  root: PictureView | null;
  /** A picture of the same message by another model. */
  twin: Twin | null;
  before: Held | null;
  /** Flipping through the pictures of the message; null where it made one. */
  flip: Toggled | null;
}

export function PictureActions({ turn, picture, parent, root, twin, before, flip }: PictureActionsProps) {
  const t = useTranslations();
  const actions = useActions();
  const version = `v${picture.version}`;
  const engines = useEngines()?.engines ?? [];
  const layoutReason = whyNoLayout(t, turn, picture, engines);
  const others = engines.filter(({ name }) => name !== turn.job?.engine);
  const isDraft = turn.recipe?.quality === 'draft';
  return (
    <div className="flex flex-wrap gap-1.5">
      <PlainButton onClick={() => actions.editFrom(picture)}>
        <PenLine className="max-sm:hidden" aria-hidden="true" />
        {t('turn.editFrom')}
      </PlainButton>
      {turn.recipe && (
        <PlainButton title={t('turn.varyHint')} onClick={() => actions.repeat(turn.id, {})}>
          <Shuffle className="max-sm:hidden" aria-hidden="true" />
          {t('turn.vary')}
        </PlainButton>
      )}
      {isDraft && (
        <PlainButton
          disabled={layoutReason !== null}
          title={layoutReason ?? t('turn.finishHint')}
          onClick={() => actions.repeat(turn.id, { options: { quality: 'final' }, sameLayoutAs: picture.id })}
        >
          <Sparkles aria-hidden="true" />
          {t('turn.finish')}
        </PlainButton>
      )}
      {before && <HoldBefore version={before.label} onHold={before.onHold} />}
      {parent && (
        <PlainButton
          className="max-sm:hidden"
          title={t('turn.compareBefore')}
          onClick={() => actions.compare(parent, picture)}
        >
          <GitCompareArrows aria-hidden="true" />
          {t('turn.compare')}
        </PlainButton>
      )}
      {flip && (
        <PlainButton
          aria-pressed={flip.isOn}
          title={t('turn.flipHint')}
          onClick={() => flip.onChange(!flip.isOn)}
        >
          <GalleryHorizontalEnd aria-hidden="true" />
          <span className="max-sm:sr-only">{t('turn.flip')}</span>
        </PlainButton>
      )}
      {twin && (
        <PlainButton title={t('engines.compareHint')} onClick={() => actions.compare(twin.picture, picture)}>
          <GitCompareArrows aria-hidden="true" />
          {t('engines.compareWith', { name: twin.by, version: `v${twin.picture.version}` })}
        </PlainButton>
      )}
      {/* Never alone in a line: the last two stay together. */}
      <span className="flex gap-1.5">
        <DownloadLink picture={picture} />
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger aria-label={t('turn.more', { version })} className={PLAIN_BUTTON}>
            <Ellipsis aria-hidden="true" />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content align="start" sideOffset={6} className={`${MENU} min-w-52`}>
              {parent && (
                <DropdownMenu.Item
                  className={`${MENU_ITEM} sm:hidden`}
                  onSelect={() => actions.compare(parent, picture)}
                >
                  <GitCompareArrows aria-hidden="true" />
                  {t('turn.compareBefore')}
                </DropdownMenu.Item>
              )}
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.addReference(picture)}>
                <ImagePlus aria-hidden="true" />
                {t('turn.useAsReference')}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.showDetails(picture.id)}>
                <Info aria-hidden="true" />
                {t('details.details')}
              </DropdownMenu.Item>
              <SaveItems turn={turn} picture={picture} />
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.copyPicture(picture)}>
                <Image aria-hidden="true" />
                {t('turn.copyPicture')}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.copyMessage(turn)}>
                <Copy aria-hidden="true" />
                {t('turn.copyMessage')}
              </DropdownMenu.Item>
              {turn.recipe && (
                <DropdownMenu.Item
                  className={MENU_ITEM}
                  disabled={layoutReason !== null}
                  onSelect={() =>
                    actions.repeat(turn.id, { options: { seed: randomSeed() }, sameLayoutAs: picture.id })
                  }
                >
                  <Sparkles aria-hidden="true" />
                  <span className="max-w-64">
                    {t('turn.newDetails')}
                    {layoutReason && <span className="block text-xs">{layoutReason}</span>}
                  </span>
                </DropdownMenu.Item>
              )}
              {turn.recipe &&
                others.map(({ name }) => (
                  <DropdownMenu.Item
                    key={name}
                    className={MENU_ITEM}
                    onSelect={() => actions.repeat(turn.id, { model: name })}
                  >
                    <Shuffle aria-hidden="true" />
                    {t('engines.sameMessageBy', { name })}
                  </DropdownMenu.Item>
                ))}
              {root && (
                <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.rebase(root, picture)}>
                  <Layers2 aria-hidden="true" />
                  {t('turn.rebase', { version: `v${root.version}` })}
                </DropdownMenu.Item>
              )}
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.hide(turn.id)}>
                <EyeOff aria-hidden="true" />
                {t('details.hide')}
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </span>
    </div>
  );
}
