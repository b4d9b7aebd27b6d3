'use client';
/** What can be done with a picture. Edit and reference only set the composer; vary and finish send at once. */
import {
  Copy,
  Ellipsis,
  EyeOff,
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
import type { ImageView, NodeView } from '../../../studio/protocol.ts';
import { DownloadLink } from '../picture/download-link.tsx';
import { MENU, MENU_ITEM } from '../shell/menu.ts';
import { PLAIN_BUTTON, PlainButton } from '../shell/plain-button.tsx';
import { useDeeds } from '../state/deeds.ts';

interface ActionsProps {
  node: NodeView;
  image: ImageView;
  /** The picture that it was made from. */
  parent: ImageView | null;
  /** The first picture of its line, where more than one edit lies between. */
  root: ImageView | null;
}

export function Actions({ node, image, parent, root }: ActionsProps) {
  const t = useTranslations();
  const deeds = useDeeds();
  const version = `v${image.version}`;
  const isDraft = node.recipe?.quality === 'draft';
  return (
    <div className="mt-1 flex flex-wrap gap-1.5">
      <PlainButton onClick={() => deeds.editFrom(image)}>
        <PenLine aria-hidden="true" />
        {t('turn.editFrom')}
      </PlainButton>
      {node.recipe && (
        <PlainButton title={t('turn.varyHint')} onClick={() => deeds.repeat(node.id, {})}>
          <Shuffle aria-hidden="true" />
          {t('turn.vary')}
        </PlainButton>
      )}
      {isDraft && (
        <PlainButton
          title={t('turn.finishHint')}
          onClick={() => deeds.repeat(node.id, { options: { quality: 'final' }, sameLayoutAs: image.id })}
        >
          <Sparkles aria-hidden="true" />
          {t('turn.finish')}
        </PlainButton>
      )}
      {parent && (
        <PlainButton title={t('turn.compareBefore')} onClick={() => deeds.compare(parent.id, image.id)}>
          <GitCompareArrows aria-hidden="true" />
          {t('turn.compare')}
        </PlainButton>
      )}
      <PlainButton onClick={() => deeds.addReference(image)}>
        <ImagePlus aria-hidden="true" />
        {t('turn.useAsReference')}
      </PlainButton>
      <DownloadLink image={image} />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger aria-label={t('turn.more', { version })} className={PLAIN_BUTTON}>
          <Ellipsis aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="start" sideOffset={6} className={`${MENU} min-w-52`}>
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => deeds.showDetails(image.id)}>
              <Info aria-hidden="true" />
              {t('details.details')}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => deeds.copyPicture(image)}>
              <Image aria-hidden="true" />
              {t('turn.copyPicture')}
            </DropdownMenu.Item>
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => deeds.copyMessage(node)}>
              <Copy aria-hidden="true" />
              {t('turn.copyMessage')}
            </DropdownMenu.Item>
            {node.recipe && (
              <DropdownMenu.Item
                className={MENU_ITEM}
                onSelect={() =>
                  deeds.repeat(node.id, { options: { seed: newSeed() }, sameLayoutAs: image.id })
                }
              >
                <Sparkles aria-hidden="true" />
                {t('turn.newDetails')}
              </DropdownMenu.Item>
            )}
            {root && (
              <DropdownMenu.Item className={MENU_ITEM} onSelect={() => deeds.rebase(root, image)}>
                <Layers2 aria-hidden="true" />
                {t('turn.rebase', { version: `v${root.version}` })}
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => deeds.hide(node.id)}>
              <EyeOff aria-hidden="true" />
              {t('details.hide')}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}

function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
