/** The menu of engines: which one draws the message, and which other one draws it too. */
import { Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { optionsWithin } from '../../../studio/abilities.ts';
import type { EngineView, PictureView, TurnView } from '../../../studio/protocol.ts';
import type { Draft } from '../state/drafts.ts';
import type { ModelChoice } from '../state/model-choice.ts';
import { MENU, MENU_ITEM } from '../ui/layers/menu.ts';
import type { LayerButton } from '../ui/layers/opens-layer.tsx';
import { StandingDot } from './standing-dot.tsx';

export interface ModelMenuProps {
  button: LayerButton;
  choice: ModelChoice;
  chosen: EngineView;
  draft: Draft;
  /** The picture that the message edits, and the turn that made it. */
  target: PictureView | null;
  maker: TurnView | undefined;
  onChange: (change: Partial<Draft>) => void;
}

export function ModelMenu({ button, choice, chosen, draft, target, maker, onChange }: ModelMenuProps) {
  const t = useTranslations();
  const { engines, also } = choice;
  const isFromPixels =
    target !== null &&
    maker?.recipe != null &&
    chosen.model !== null &&
    maker.recipe.modelDigest !== chosen.model.digest;

  function choose(engine: EngineView) {
    const options = engine.model ? optionsWithin(engine.model, draft.options) : draft.options;
    onChange({ model: engine.name, options, ...(draft.also === engine.name && { also: null }) });
  }

  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger {...button} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className={`${MENU} w-72 max-w-[calc(100vw-1rem)]`}
        >
          <DropdownMenu.Label className="px-2.5 py-1 text-xs text-soft">
            {t('engines.drawnBy')}
          </DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={chosen.name}>
            {engines.map((engine) => (
              <DropdownMenu.RadioItem
                key={engine.name}
                value={engine.name}
                onSelect={() => choose(engine)}
                className={MENU_ITEM}
              >
                <Named engine={engine} />
                <DropdownMenu.ItemIndicator>
                  <Check className="size-4 text-accent" aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          {isFromPixels && (
            <p className="px-2.5 py-1.5 text-xs text-soft">
              {t('engines.fromPixels', {
                version: `v${target.version}`,
                before: maker.job?.engine ?? maker.recipe!.modelName,
                after: chosen.name,
              })}
            </p>
          )}
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Label className="px-2.5 py-1 text-xs text-soft">
            {t('engines.also')}
          </DropdownMenu.Label>
          {engines
            .filter(({ name }) => name !== chosen.name)
            .map((engine) => (
              <DropdownMenu.CheckboxItem
                key={engine.name}
                checked={also?.name === engine.name}
                onCheckedChange={(isOn) => onChange({ also: isOn ? engine.name : null })}
                className={MENU_ITEM}
              >
                <span className="flex-1">{t('engines.alsoBy', { name: engine.name })}</span>
                <DropdownMenu.ItemIndicator>
                  <Check className="size-4 text-accent" aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.CheckboxItem>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Named({ engine }: { engine: EngineView }) {
  const t = useTranslations();
  return (
    <>
      <StandingDot engine={engine} />
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          {engine.name}
          {engine.isDefault && <span className="text-soft"> · {t('engines.default')}</span>}
        </span>
        <span className="block text-xs text-soft">
          {t(`engines.standings.${engine.standing}`)}
          {engine.meanPictureMs !== null &&
            ` · ${t('engines.perPicture', { seconds: (engine.meanPictureMs / 1000).toFixed(1) })}`}
        </span>
      </span>
    </>
  );
}
